import { frameBytes, planesOf, type Plane } from '../../src/frame/frame.ts';
import { FILM, type Moment } from './film.ts';
import { inverse, pictureToFilm, type Affine } from './geometry.ts';
import type { FilmPicture } from './pictures.ts';

/** Colour outside the picture, and black, by plane. */
const AROUND = [40, 128, 128] as const;
const BLACK = [16, 128, 128] as const;
/** Grain of the film: standard deviation in levels of luma. */
const GRAIN = 2;

/** Draws frames of the film as yuv420p. The grain is the same every time. */
export class FilmRenderer {
  readonly #grain = grainTable(1 << 21);
  #frames = 0;

  /** One frame in a buffer of its own. */
  draw(moment: Moment, picture: FilmPicture): Uint8Array {
    const { width, height } = FILM;
    const data = new Uint8Array(frameBytes('yuv420p', width, height));
    const back = inverse(pictureToFilm(moment.view, width, height));
    planesOf('yuv420p', width, height).forEach((plane, index) => {
      const target = data.subarray(plane.offset, plane.offset + plane.width * plane.height);
      warp(target, plane, picture.planes[index]!, picture, back, AROUND[index]!);
      dim(target, moment.light, BLACK[index]!);
    });
    this.#addGrain(data.subarray(0, width * height));
    return data;
  }

  #addGrain(luma: Uint8Array): void {
    const grain = this.#grain;
    const start = (this.#frames * 655_357) % (grain.length - luma.length);
    this.#frames += 1;
    for (let i = 0; i < luma.length; i += 1) {
      luma[i] = Math.max(16, Math.min(235, luma[i]! + grain[start + i]!));
    }
  }
}

/** Looks every sample of the target up in the source, between its four nearest samples. */
function warp(
  target: Uint8Array,
  { width, height, shiftX }: Plane,
  source: Uint8Array,
  picture: FilmPicture,
  back: Affine,
  around: number,
): void {
  const unit = 1 << shiftX;
  const sourceWidth = (picture.width + unit - 1) >> shiftX;
  const sourceHeight = (picture.height + unit - 1) >> shiftX;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const filmY = (y + 0.5) * unit;
    // In samples of the source, from the centre of its first one.
    let u = (back.a * 0.5 * unit + back.b * filmY + back.c) / unit - 0.5;
    let v = (back.d * 0.5 * unit + back.e * filmY + back.f) / unit - 0.5;
    for (let x = 0; x < width; x += 1, u += back.a, v += back.d, at += 1) {
      if (u < 0 || v < 0 || u >= sourceWidth - 1 || v >= sourceHeight - 1) {
        target[at] = around;
        continue;
      }
      const left = u | 0;
      const top = v | 0;
      const fx = u - left;
      const i = top * sourceWidth + left;
      const j = i + sourceWidth;
      const above = source[i]! + (source[i + 1]! - source[i]!) * fx;
      const below = source[j]! + (source[j + 1]! - source[j]!) * fx;
      target[at] = above + (below - above) * (v - top) + 0.5;
    }
  }
}

function dim(samples: Uint8Array, light: number, black: number): void {
  if (light >= 1) return;
  for (let i = 0; i < samples.length; i += 1) samples[i] = black + (samples[i]! - black) * light + 0.5;
}

/** Roughly normal noise from a small generator (mulberry32), so that every sample film is the same. */
function grainTable(length: number): Int8Array {
  let state = 20_260_101;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  // Four uniform numbers together have a standard deviation of 0.577.
  return Int8Array.from({ length }, () =>
    Math.round(((random() + random() + random() + random() - 2) / 0.577) * GRAIN),
  );
}
