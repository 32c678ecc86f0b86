import {
  createAnonymizer,
  type Anonymizer,
  type AnonymizerOptions,
} from '../../../src/anonymize/anonymizer.ts';
import { frameBytes, planesOf, type Frame, type PixelFormat } from '../../../src/frame/frame.ts';
import type { Box } from '../../../src/frame/box.ts';
import type { TrackBox } from '../../../src/frame/track.ts';
import { silentLogger } from '../../../src/logger.ts';
import { repeatable } from './people.ts';

export interface Size {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
}

/** Random pixels, so that any visible remainder is noticed. */
export function randomFrame({ format, width, height }: Size, seed: number, time = 0): Frame {
  const random = repeatable(seed);
  const data = Uint8Array.from({ length: frameBytes(format, width, height) }, () => random() * 256);
  return { index: Math.round(time * 30), pts: Math.round(time * 30), time, width, height, format, data };
}

export function trackBox(trackId: number, x: number, y: number, width: number, height: number): TrackBox {
  return { trackId, box: { x, y, width, height }, origin: 'detected', score: 0.9 };
}

/** On the CPU, with default options and a fixed seed. */
export function anonymizerFor(size: Size, options: Partial<AnonymizerOptions> = {}): Promise<Anonymizer> {
  return createAnonymizer({
    style: 'blur',
    cells: 6,
    shape: 'ellipse',
    padding: 0.2,
    color: '#204060',
    anonymizer: 'cpu',
    logger: silentLogger,
    seed: 'a test',
    ...size,
    ...options,
  });
}

/** The samples of all planes that show a part of `box`, clipped to the picture. */
export function samplesIn(frame: Frame, { x, y, width, height }: Box): number[] {
  return planesOf(frame.format, frame.width, frame.height).flatMap((plane) => {
    const samples: number[] = [];
    const left = Math.max(0, Math.floor(x)) >> plane.shiftX;
    const top = Math.max(0, Math.floor(y)) >> plane.shiftY;
    const right = Math.min(frame.width, Math.ceil(x + width)) / (1 << plane.shiftX);
    const bottom = Math.min(frame.height, Math.ceil(y + height)) / (1 << plane.shiftY);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        samples.push(frame.data[plane.offset + row * plane.width + column]!);
      }
    }
    return samples;
  });
}
