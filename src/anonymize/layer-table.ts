import { planesOf, type Frame } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import { cellStarts } from './interpolate.ts';
import type { Drawing } from './painter.ts';
import { spansOf } from './spans.ts';
import { endOf, groupHeads, tilesOf, type Tile } from './tiles.ts';

/** Words of a `Tile` and a `Layer` in `kernels/draw.wgsl.ts`. */
const TILE_WORDS = 8;
const LAYER_WORDS = 16;

/** What the drawing kernel reads, in the order of its bindings, and the tiles that it covers. */
export interface DrawTables {
  readonly tiles: readonly Tile[];
  readonly tileTable: Uint32Array;
  readonly layerTable: Uint32Array;
  readonly whole: Int32Array;
  readonly cells: Float32Array;
}

/** Null when no head reaches into the picture. */
export function drawTables(frame: Frame, covers: readonly Cover[], drawing: Drawing): DrawTables | null {
  const groups = groupHeads(
    covers.map(({ head }) => head),
    frame.width,
    frame.height,
  );
  if (groups.length === 0) return null;
  const planes = planesOf(frame.format, frame.width, frame.height);
  const tiles: Tile[] = [];
  const tileTable = new Uint32Array(groups.length * 3 * TILE_WORDS);
  const layerCount = groups.reduce((sum, { members }) => sum + 3 * members.length, 0);
  const layerTable = new Uint32Array(layerCount * LAYER_WORDS);
  const layerFloats = new Float32Array(layerTable.buffer);
  const whole: number[] = [];
  const cellsFrom: number[] = [];
  let cellCount = 0;
  for (const { values } of covers) {
    cellsFrom.push(cellCount);
    cellCount += values.length;
  }
  let layer = 0;
  for (const { area, members } of groups) {
    const last = tiles.at(-1);
    tilesOf(area, frame, last === undefined ? 0 : endOf(last)).forEach((tile, index) => {
      const { start, stride, x, y } = tile;
      const end = layer + members.length;
      tileTable.set([start, stride, x, y, layer, end], tiles.length * TILE_WORDS);
      tiles.push(tile);
      for (const member of members) {
        const { head, across } = covers[member]!;
        const plane = planes[index]!;
        const spans = spansOf(head, plane);
        const at = layer * LAYER_WORDS;
        layerFloats.set([head.centerX, head.centerY, head.radiusX, head.radiusY, head.feather], at);
        const spansAt = append(whole, spans.data);
        const startsX = append(whole, cellStarts(head.centerX, head.radiusX, across, plane.shiftX));
        const startsY = append(whole, cellStarts(head.centerY, head.radiusY, across, plane.shiftY));
        layerTable.set(
          [
            head.shape === 'rectangle' ? 1 : 0,
            drawing === 'smooth' ? 1 : 0,
            across,
            cellsFrom[member]! + index * across * across,
            ...[spansAt, startsX, startsY],
            ...[spans.top, spans.rows],
          ],
          at + 5,
        );
        layerFloats.set([1 << plane.shiftX, 1 << plane.shiftY], at + 14);
        layer++;
      }
    });
  }
  const cells = new Float32Array(cellCount);
  covers.forEach(({ values }, index) => {
    cells.set(values, cellsFrom[index]);
  });
  return { tiles, tileTable, layerTable, whole: Int32Array.from(whole), cells };
}

/** @returns where the numbers begin */
function append(list: number[], numbers: Int32Array): number {
  const at = list.length;
  for (const number of numbers) list.push(number);
  return at;
}
