import { planesOf, samplesOf, type Frame } from '../frame/frame.ts';
import type { TrackBox } from '../frame/track.ts';
import { toSamples, type SampleRange } from './color.ts';

/** Digits of 3 by 5 dots, a row each, the highest bit on the left. */
const DIGITS: readonly (readonly number[])[] = [
  [7, 5, 5, 5, 7],
  [2, 6, 2, 2, 7],
  [7, 1, 7, 4, 7],
  [7, 1, 7, 1, 7],
  [5, 5, 7, 1, 1],
  [7, 4, 7, 1, 7],
  [7, 4, 7, 5, 7],
  [7, 1, 1, 1, 1],
  [7, 5, 7, 5, 7],
  [7, 5, 7, 1, 7],
];
const ROWS = 5;
const ACROSS = 4;

/** Luma of a number and of its background, 0…255. */
const INK = 235;
const PAPER = 16;
/** Picture height per pixel of dot size. */
const HEIGHT_OF_DOT = 200;

/** Draws the track number above each box, on a dark plate, for previews in which users refer to tracks. */
export function drawLabels(frame: Frame, boxes: readonly TrackBox[], range: SampleRange): void {
  const dot = Math.max(2, Math.round(frame.height / HEIGHT_OF_DOT));
  for (const { trackId, box } of boxes) {
    // Zones have no number.
    if (trackId < 1) continue;
    const text = `${trackId}`;
    const [width, height] = [(text.length * ACROSS + 1) * dot, (ROWS + 2) * dot];
    const left = held(Math.round(box.x), frame.width - width);
    const top = held(Math.round(box.y) - height, frame.height - height);
    fill(frame, range, PAPER, { left, top, width, height });
    Array.from(text).forEach((digit, place) => {
      const x = left + (place * ACROSS + 1) * dot;
      DIGITS[Number(digit)]!.forEach((bits, row) => {
        for (let column = 0; column < 3; column += 1) {
          if (((bits >> (2 - column)) & 1) === 0) continue;
          const spot = { left: x + column * dot, top: top + (row + 1) * dot, width: dot, height: dot };
          fill(frame, range, INK, spot);
        }
      });
    });
  }
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fills the visible part of a rectangle with grey. */
function fill(frame: Frame, range: SampleRange, luma: number, { left, top, width, height }: Rectangle): void {
  const samples = toSamples([luma, 0, 0], range);
  const data = samplesOf(frame);
  planesOf(frame.format, frame.width, frame.height).forEach((plane, index) => {
    const [x0, x1] = [left >> plane.shiftX, Math.min(plane.width, (left + width) >> plane.shiftX)];
    const [y0, y1] = [top >> plane.shiftY, Math.min(plane.height, (top + height) >> plane.shiftY)];
    for (let y = y0; y < y1; y += 1) {
      const row = plane.offset + y * plane.width;
      data.fill(samples[index]!, row + x0, row + Math.max(x0, x1));
    }
  });
}

function held(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
