import { Random } from '../random.ts';
import { frameBytes, planesOf, type Plane } from '../../src/frame/frame.ts';
import { FILM, type Moment } from './film.ts';
import { inverse, pictureToFilm, type Affine } from './geometry.ts';
import type { FilmPicture } from './pictures.ts';

/** Colour outside the picture, and black, by plane. */
const AROUND = [40, 128, 128] as const;
const BLACK = [16, 128, 128] as const;
/** Grain of the film: standard deviation in levels of luma. */
const GRAIN = 2;

/** Places in a picture are counted in 65,536ths of a sample: whole numbers are several times faster here. */
const ONE = 65_536;

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
    this.#addGrain(new Uint8ClampedArray(data.buffer, 0, width * height));
    return data;
  }

  #addGrain(luma: Uint8ClampedArray): void {
    const grain = this.#grain;
    const start = (this.#frames * 655_357) % (grain.length - luma.length);
    this.#frames += 1;
    for (let i = 0; i < luma.length; i += 1) luma[i] = luma[i]! + grain[start + i]!;
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
  const stepU = Math.round(back.a * ONE);
  const stepV = Math.round(back.d * ONE);
  const limitU = (sourceWidth - 1) * ONE;
  const limitV = (sourceHeight - 1) * ONE;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const filmY = (y + 0.5) * unit;
    // In samples of the source, from the centre of its first one.
    let u = Math.round(((back.a * 0.5 * unit + back.b * filmY + back.c) / unit - 0.5) * ONE) | 0;
    let v = Math.round(((back.d * 0.5 * unit + back.e * filmY + back.f) / unit - 0.5) * ONE) | 0;
    for (let x = 0; x < width; x += 1, at += 1) {
      // Unsigned, what lies before the first sample is past the last one too.
      if (u >>> 0 < limitU && v >>> 0 < limitV) {
        const i = (v >> 16) * sourceWidth + (u >> 16);
        const j = i + sourceWidth;
        const fx = (u >> 8) & 255;
        const fy = (v >> 8) & 255;
        const above = source[i]! * (256 - fx) + source[i + 1]! * fx;
        const below = source[j]! * (256 - fx) + source[j + 1]! * fx;
        target[at] = (above * (256 - fy) + below * fy + 32_768) >> 16;
      } else {
        target[at] = around;
      }
      u = (u + stepU) | 0;
      v = (v + stepV) | 0;
    }
  }
}

function dim(samples: Uint8Array, light: number, black: number): void {
  if (light >= 1) return;
  for (let i = 0; i < samples.length; i += 1) samples[i] = black + (samples[i]! - black) * light + 0.5;
}

/** Roughly normal noise, the same in every sample film. */
function grainTable(length: number): Int8Array {
  const random = new Random(20_260_101);
  const four = (): number => random.next() + random.next() + random.next() + random.next();
  // Four uniform numbers together have a standard deviation of 0.577.
  return Int8Array.from({ length }, () => Math.round(((four() - 2) / 0.577) * GRAIN));
}
