import { planesOf, type Frame, type Plane } from '../frame/frame.ts';
import type { Region } from './regions.ts';

/** A rectangle of samples of one plane, packed for the GPU: rows padded to whole words of four samples. */
export interface Tile {
  readonly plane: Plane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** First word in the packed buffer, and words per row. */
  readonly start: number;
  readonly stride: number;
}

/** Luma pixels, ends exclusive. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A square of the picture, and the heads that may overlap it. */
export interface Block {
  readonly area: Area;
  /** Indexes in the list of heads, ascending. */
  readonly members: readonly number[];
}

/** Luma pixels; even, so that no two blocks share a chroma sample. */
const BLOCK_SIZE = 32;

/** The blocks of the picture that heads and their soft rings overlap. */
export function blocksUnder(heads: readonly Region[], width: number, height: number): Block[] {
  const columns = Math.ceil(width / BLOCK_SIZE);
  const rows = Math.ceil(height / BLOCK_SIZE);
  const blocks = new Map<number, number[]>();
  heads.forEach((head, index) => {
    const reachX = head.radiusX * (1 + head.feather) + 2;
    const reachY = head.radiusY * (1 + head.feather) + 2;
    const left = Math.max(0, Math.floor((head.centerX - reachX) / BLOCK_SIZE));
    const top = Math.max(0, Math.floor((head.centerY - reachY) / BLOCK_SIZE));
    const right = Math.min(columns - 1, Math.floor((head.centerX + reachX) / BLOCK_SIZE));
    const bottom = Math.min(rows - 1, Math.floor((head.centerY + reachY) / BLOCK_SIZE));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const key = row * columns + column;
        const members = blocks.get(key);
        if (members === undefined) blocks.set(key, [index]);
        else members.push(index);
      }
    }
  });
  return [...blocks].map(([key, members]) => {
    const left = (key % columns) * BLOCK_SIZE;
    const top = Math.floor(key / columns) * BLOCK_SIZE;
    const right = Math.min(width, left + BLOCK_SIZE);
    const bottom = Math.min(height, top + BLOCK_SIZE);
    return { area: { left, top, right, bottom }, members };
  });
}

/** The three tiles of an area. */
export function tilesOf(area: Area, frame: Frame, start: number): Tile[] {
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

/** The samples of the tiles as the kernels read them: rows of whole words. */
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
