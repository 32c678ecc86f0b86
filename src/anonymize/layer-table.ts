import { planesOf, type Frame, type Plane } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import { mosaicSquare } from './grid.ts';
import { cellStarts } from './interpolate.ts';
import type { Drawing } from './painter.ts';
import { spansOf } from './spans.ts';
import { blocksUnder, endOf, tilesOf, type Tile } from './tiles.ts';

/** Words of a `Tile` and a `Layer` in `kernels/draw.wgsl.ts`. */
const TILE_WORDS = 8;
const LAYER_WORDS = 16;

/** Input of the drawing kernel, in the order of its bindings, and the tiles that it covers. */
export interface DrawTables {
  readonly tiles: readonly Tile[];
  readonly tileTable: Uint32Array;
  readonly layerTable: Uint32Array;
  readonly whole: Int32Array;
  readonly cells: Float32Array;
}

/** Null if no head reaches into the picture. */
export function drawTables(frame: Frame, covers: readonly Cover[], drawing: Drawing): DrawTables | null {
  const heads = covers.map(({ head }) => head);
  const blocks = blocksUnder(heads, frame.width, frame.height);
  if (blocks.length === 0) return null;
  const planes = planesOf(frame.format, frame.width, frame.height);
  const whole: number[] = [];
  const layers = new LayerTable(covers.length * planes.length, whole);
  let cellsAt = 0;
  for (const cover of covers) {
    planes.forEach((plane, index) => {
      layers.add(cover, plane, cellsAt + index * cover.across ** 2, drawing);
    });
    cellsAt += cover.values.length;
  }
  const tiles: Tile[] = [];
  const tileTable = new Uint32Array(blocks.length * planes.length * TILE_WORDS);
  for (const { area, members } of blocks) {
    const last = tiles.at(-1);
    tilesOf(area, frame, last === undefined ? 0 : endOf(last)).forEach((tile, index) => {
      const { start, stride, x, y } = tile;
      const first = whole.length;
      for (const member of members) whole.push(member * planes.length + index);
      tileTable.set([start, stride, x, y, first, whole.length], tiles.length * TILE_WORDS);
      tiles.push(tile);
    });
  }
  const cells = new Float32Array(cellsAt);
  let at = 0;
  for (const { values } of covers) {
    cells.set(values, at);
    at += values.length;
  }
  return { tiles, tileTable, layerTable: layers.words, whole: Int32Array.from(whole), cells };
}

/** Every head in every plane, in the layout of the kernel. */
class LayerTable {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly #floats: Float32Array;
  /** Destination of spans and cell starts. */
  readonly #whole: number[];
  #at = 0;

  constructor(count: number, whole: number[]) {
    this.words = new Uint32Array(count * LAYER_WORDS);
    this.#floats = new Float32Array(this.words.buffer);
    this.#whole = whole;
  }

  add({ head, across }: Cover, plane: Plane, cellsAt: number, drawing: Drawing): void {
    const { centerX, centerY, radiusX, radiusY, feather, shape } = head;
    const spans = spansOf(head, plane);
    const spansAt = this.#append(spans.data);
    const grid = drawing === 'flat' ? mosaicSquare(head, across) : 1;
    const startsX = this.#append(cellStarts(centerX, radiusX, across, plane.shiftX, grid));
    const startsY = this.#append(cellStarts(centerY, radiusY, across, plane.shiftY, grid));
    const kinds = [shape === 'rectangle' ? 1 : 0, drawing === 'smooth' ? 1 : 0];
    this.#floats.set([centerX, centerY, radiusX, radiusY, feather], this.#at);
    const numbers = [...kinds, across, cellsAt, spansAt, startsX, startsY, spans.top, spans.rows];
    this.words.set(numbers, this.#at + 5);
    this.#floats.set([1 << plane.shiftX, 1 << plane.shiftY], this.#at + 14);
    this.#at += LAYER_WORDS;
  }

  /** @returns index of the first number */
  #append(numbers: Int32Array): number {
    const at = this.#whole.length;
    for (const number of numbers) this.#whole.push(number);
    return at;
  }
}
