import { planesOf, type Frame, type Plane } from '../frame/frame.ts';
import type { HeadRegion } from './regions.ts';

/** A rectangle of samples of one plane, packed for the GPU: rows padded to whole words of four samples. */
export interface Tile {
  readonly plane: Plane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** First word in the packed buffer, and words a row. */
  readonly start: number;
  readonly stride: number;
}

/** Luma pixels, ends exclusive. */
interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Heads that touch each other, and the area that holds them and their soft rings. */
export interface HeadGroup {
  readonly area: Readonly<Area>;
  /** Positions in the list of heads, ascending. */
  readonly members: readonly number[];
}

/**
 * Heads in groups whose areas share no sample of any plane, so that each can be covered and copied back on its
 * own: areas begin and end at even pixels, where chroma samples do.
 */
export function groupHeads(heads: readonly HeadRegion[], width: number, height: number): HeadGroup[] {
  let groups: { area: Area; members: number[] }[] = [];
  heads.forEach((head, index) => {
    const joined = { area: areaOf(head, width, height), members: [index] };
    if (joined.area.right <= joined.area.left || joined.area.bottom <= joined.area.top) return;
    // A joined area may reach groups that the head alone did not.
    for (let isGrowing = true; isGrowing;) {
      const apart = groups.filter(({ area }) => !overlap(area, joined.area));
      isGrowing = apart.length < groups.length;
      for (const group of groups) {
        if (apart.includes(group)) continue;
        joined.area = union(joined.area, group.area);
        joined.members.push(...group.members);
      }
      groups = apart;
    }
    groups.push(joined);
  });
  for (const { members } of groups) members.sort((a, b) => a - b);
  return groups;
}

/** The three tiles of an area. */
export function tilesOf(area: Readonly<Area>, frame: Frame, start: number): Tile[] {
  let next = start;
  return planesOf(frame.format, frame.width, frame.height).map((plane) => {
    const x = area.left >> plane.shiftX;
    const y = area.top >> plane.shiftY;
    const width = Math.min(plane.width, (area.right + plane.shiftX) >> plane.shiftX) - x;
    const height = Math.min(plane.height, (area.bottom + plane.shiftY) >> plane.shiftY) - y;
    const tile = placeTile(plane, x, y, width, height, next);
    next = endOf(tile);
    return tile;
  });
}

export function placeTile(
  plane: Plane,
  x: number,
  y: number,
  width: number,
  height: number,
  start: number,
): Tile {
  return { plane, x, y, width, height, start, stride: Math.ceil(width / 4) };
}

/** The word after a tile's last one. */
export function endOf(tile: Tile): number {
  return tile.start + tile.stride * tile.height;
}

export function pack(frame: Frame, tiles: readonly Tile[]): Uint8Array {
  const last = tiles.at(-1);
  const packed = new Uint8Array(last === undefined ? 0 : endOf(last) * 4);
  for (const { plane, x, y, width, height, start, stride } of tiles) {
    for (let row = 0; row < height; row++) {
      const from = plane.offset + (y + row) * plane.width + x;
      packed.set(frame.data.subarray(from, from + width), (start + row * stride) * 4);
    }
  }
  return packed;
}

export function unpack(packed: Uint8Array, tiles: readonly Tile[], frame: Frame): void {
  for (const { plane, x, y, width, height, start, stride } of tiles) {
    for (let row = 0; row < height; row++) {
      const from = (start + row * stride) * 4;
      frame.data.set(packed.subarray(from, from + width), plane.offset + (y + row) * plane.width + x);
    }
  }
}

function areaOf(head: HeadRegion, width: number, height: number): Area {
  const reachX = head.radiusX * (1 + head.feather) + 1;
  const reachY = head.radiusY * (1 + head.feather) + 1;
  const even = (value: number): number => 2 * Math.floor(value / 2);
  return {
    left: Math.max(0, even(head.centerX - reachX)),
    top: Math.max(0, even(head.centerY - reachY)),
    right: Math.min(width, even(head.centerX + reachX) + 2),
    bottom: Math.min(height, even(head.centerY + reachY) + 2),
  };
}

function overlap(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function union(a: Area, b: Area): Area {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}
