import { regionsOf, type Region } from '../anonymize/regions.ts';
import type { CoveredTracks } from '../documents/read-report.ts';
import type { Box } from '../frame/box.ts';
import type { Picture } from '../frame/frame.ts';
import { isInRange } from '../frame/track.ts';

/** Share of a face inside covered heads from which it is covered, and from which the covers may look like a face. */
const COVERED = 0.75;
const DOUBTFUL = 0.3;
/** Sample points across and down a face. */
const POINTS = 6;
/** A detector's boxes of blurred heads are loose, so a head is extended by this share of its radii. */
const LOOSE = 0.2;

/** The heads that a report lists as covered. */
export class CoveredHeads {
  readonly #boxes = new Map<number, Box[]>();
  readonly #report: CoveredTracks;
  readonly #size: { readonly width: number; readonly height: number };

  constructor(report: CoveredTracks, size: { readonly width: number; readonly height: number }) {
    this.#report = report;
    this.#size = size;
    for (const { boxes } of report.tracks) {
      for (const row of boxes) {
        const [frame, x, y, width, height] = row as [number, number, number, number, number];
        const there = this.#boxes.get(frame) ?? [];
        this.#boxes.set(frame, there);
        there.push({ x, y, width, height });
      }
    }
  }

  /** Whether covered heads contain a face. */
  covers(frame: number, face: Box): boolean {
    return this.#shareOf(frame, face) >= COVERED;
  }

  /** Whether a face overlaps covered heads so much that the detector must find it without them as well. */
  doubts(frame: number, face: Box): boolean {
    return this.#shareOf(frame, face) >= DOUBTFUL;
  }

  /**
   * Fills each covered head of a picture with one colour. A blurred head still looks like a head, and two of them look
   * like a large one between them. Visible faces stay intact.
   */
  withoutHeads(frame: number, picture: Picture): Picture {
    const [scaleX, scaleY] = [picture.width / this.#size.width, picture.height / this.#size.height];
    const data = Uint8Array.from(picture.data);
    for (const { shape, centerX, centerY, radiusX, radiusY } of this.#headsIn(frame)) {
      const head = {
        ...{ shape, centerX: centerX * scaleX, centerY: centerY * scaleY },
        ...{ radiusX: radiusX * scaleX, radiusY: radiusY * scaleY },
      };
      fillWithMean({ ...picture, data }, head);
    }
    return { ...picture, data };
  }

  /** Share of a face inside covered heads, 0…1. */
  #shareOf(frame: number, face: Box): number {
    if (isInRange(frame, this.#report.curtains)) return 1;
    const heads = this.#headsIn(frame);
    let inside = 0;
    for (let i = 0; i < POINTS * POINTS; i += 1) {
      const x = face.x + (face.width * ((i % POINTS) + 0.5)) / POINTS;
      const y = face.y + (face.height * (Math.floor(i / POINTS) + 0.5)) / POINTS;
      const holds = heads.some(
        ({ centerX, centerY, radiusX, radiusY }) =>
          Math.abs(x - centerX) <= radiusX * (1 + LOOSE) && Math.abs(y - centerY) <= radiusY * (1 + LOOSE),
      );
      if (holds) inside += 1;
    }
    return inside / (POINTS * POINTS);
  }

  #headsIn(frame: number): Region[] {
    const boxes = (this.#boxes.get(frame) ?? []).map(
      (box) => ({ trackId: 0, box, origin: 'detected', score: 1 }) as const,
    );
    return regionsOf(boxes, this.#report.config, this.#size.width, this.#size.height);
  }
}

/** Fills an outline, in pixels of the picture, with the mean colour of its content. */
function fillWithMean(
  { width, height, data }: Picture,
  {
    shape,
    centerX,
    centerY,
    radiusX,
    radiusY,
  }: Pick<Region, 'shape' | 'centerX' | 'centerY' | 'radiusX' | 'radiusY'>,
): void {
  const rows: Uint8Array[] = [];
  for (
    let y = Math.max(0, Math.ceil(centerY - radiusY));
    y <= Math.min(height - 1, centerY + radiusY);
    y += 1
  ) {
    const across = shape === 'ellipse' ? Math.sqrt(1 - ((y - centerY) / radiusY) ** 2) * radiusX : radiusX;
    const x0 = Math.max(0, Math.ceil(centerX - across));
    const x1 = Math.min(width, Math.floor(centerX + across) + 1);
    if (x1 > x0) rows.push(data.subarray(3 * (y * width + x0), 3 * (y * width + x1)));
  }
  const sums = [0, 0, 0];
  let pixels = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i += 1) sums[i % 3]! += row[i]!;
    pixels += row.length / 3;
  }
  const mean = sums.map((sum) => sum / Math.max(1, pixels));
  for (const row of rows) for (let i = 0; i < row.length; i += 1) row[i] = mean[i % 3]!;
}
