import type { Box } from '../../frame/box.ts';

/** A grey picture, one byte per pixel. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Samples across and down a box: few enough to try hundreds of places, enough to tell a head from a wall. */
export const GRID = 20;

/** Samples of a box, with zero mean and unit length: invariant to brightness and contrast. */
export type Template = Float32Array;

/** The template of a box. Null where it lies mostly outside the picture, or has no pattern. */
export function templateOf(picture: Grey, box: Box): Template | null {
  const { width, height } = picture;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  if (middle.x < 0 || middle.y < 0 || middle.x >= width || middle.y >= height) return null;
  const samples = new Float32Array(GRID * GRID);
  let sum = 0;
  for (let row = 0, at = 0; row < GRID; row += 1) {
    const y = clamp(Math.floor(box.y + ((row + 0.5) / GRID) * box.height), height - 1) * width;
    for (let column = 0; column < GRID; column += 1, at += 1) {
      const x = clamp(Math.floor(box.x + ((column + 0.5) / GRID) * box.width), width - 1);
      const value = picture.data[y + x]!;
      samples[at] = value;
      sum += value;
    }
  }
  return normalized(samples, sum / samples.length);
}

/** Correlation of two templates, -1…1. */
export function correlation(a: Template, b: Template): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

/** Mixes two templates; `share` is the weight of the second. */
export function blend(a: Template, b: Template, share: number): Template {
  const mixed = a.map((value, index) => value * (1 - share) + b[index]! * share);
  return normalized(mixed, 0) ?? a;
}

function normalized(samples: Float32Array, mean: number): Template | null {
  let power = 0;
  for (let i = 0; i < samples.length; i += 1) {
    samples[i]! -= mean;
    power += samples[i]! ** 2;
  }
  const length = Math.sqrt(power);
  if (length < 1e-6) return null;
  for (let i = 0; i < samples.length; i += 1) samples[i]! /= length;
  return samples;
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}
