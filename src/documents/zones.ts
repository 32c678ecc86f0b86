import type { Box } from '../frame/box.ts';
import type { TrackBox } from '../frame/track.ts';
import type { TracksDocument } from './tracks-document.ts';

type Zone = NonNullable<TracksDocument['zones']>[number];

/** Whether an `ignore` zone contains the centre of a detected box. Manual boxes are never ignored. */
export function ignoredBy({ box, origin }: TrackBox, zones: readonly Zone[]): boolean {
  if (origin === 'manual') return false;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return zones.some(({ kind, box: area }) => {
    const [left, top, width, height] = area as [number, number, number, number];
    return kind === 'ignore' && x >= left && x < left + width && y >= top && y < top + height;
  });
}

/** The boxes that zones cover: their own, or everything outside the `only` zones. */
export function zoneBoxes(
  zones: readonly Zone[],
  picture: { readonly width: number; readonly height: number },
): TrackBox[] {
  const visible = zones.filter(({ kind }) => kind === 'only').map(boxOf);
  const covered = [
    ...zones.filter(({ kind }) => kind === 'cover').map(boxOf),
    ...(visible.length === 0 ? [] : around(visible, picture)),
  ];
  // Zones have ids below those of tracks, and each has its own noise.
  return covered.map((box, index) => ({
    trackId: -1 - index,
    kind: 'zone',
    box,
    origin: 'manual',
    score: 1,
  }));
}

/** The part of a picture outside all boxes, as boxes: bands between two edges, from top to bottom. */
function around(boxes: readonly Box[], picture: { readonly width: number; readonly height: number }): Box[] {
  const edges = (from: (box: Box) => number, to: (box: Box) => number, size: number): number[] =>
    [...new Set([0, size, ...boxes.flatMap((box) => [from(box), to(box)])])]
      .filter((edge) => edge >= 0 && edge <= size)
      .sort((a, b) => a - b);
  const rows = edges(
    ({ y }) => y,
    ({ y, height }) => y + height,
    picture.height,
  );
  return rows.slice(1).flatMap((bottom, row) => {
    const y = rows[row]!;
    const inBand = boxes.filter((box) => box.y <= y && box.y + box.height >= bottom);
    return gaps(inBand, picture.width).map(([x, right]) => ({ x, y, width: right - x, height: bottom - y }));
  });
}

/** Parts of a band that no box covers: from, to. */
function gaps(boxes: readonly Box[], width: number): [number, number][] {
  const gaps: [number, number][] = [];
  let covered = 0;
  for (const { x, width: size } of boxes.toSorted((a, b) => a.x - b.x)) {
    if (x > covered) gaps.push([covered, Math.min(x, width)]);
    covered = Math.max(covered, x + size);
  }
  if (covered < width) gaps.push([covered, width]);
  return gaps;
}

function boxOf({ box }: Zone): Box {
  const [x, y, width, height] = box as [number, number, number, number];
  return { x, y, width, height };
}
