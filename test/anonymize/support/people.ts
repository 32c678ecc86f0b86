import { Random } from '../../../scripts/random.ts';
import sharp from 'sharp';
import type { Box } from '../../../src/frame/box.ts';
import type { Frame } from '../../../src/frame/frame.ts';
import { groupPhoto } from '../../support/photo-clip.ts';
import { CROP_SIZE, type Recogniser } from './recogniser.ts';

/** One person of the group photos: the part of the photo around the head, and the face in it. */
export interface Person {
  readonly frame: Frame;
  readonly box: Box;
}

/** The people of the six group photos, with faces about `faceWidth` pixels wide. */
export async function readPeople(recogniser: Recogniser, faceWidth: number): Promise<Person[]> {
  const people: Person[] = [];
  for (const number of [1, 2, 3, 4, 5, 6] as const) {
    const photo = sharp(groupPhoto(number)).removeAlpha();
    const { data, info } = await photo.raw().toBuffer({ resolveWithObject: true });
    const picture = { width: info.width, height: info.height, data: new Uint8Array(data) };
    for (const box of await recogniser.faces(picture)) {
      people.push(await cutOut(picture, box, faceWidth / box.width));
    }
  }
  return people;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Twice the face's width and height on each side, to include the whole head and the background. */
async function cutOut(picture: Picture, box: Box, scale: number): Promise<Person> {
  const left = Math.max(0, Math.round(box.x - box.width));
  const top = Math.max(0, Math.round(box.y - box.height));
  const width = Math.min(picture.width, Math.round(box.x + 2 * box.width)) - left;
  const height = Math.min(picture.height, Math.round(box.y + 2 * box.height)) - top;
  const { data, info } = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
  })
    .extract({ left, top, width, height })
    .resize({ width: Math.round(width * scale) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const actual = info.width / width;
  return {
    frame: frameOf(info.width, info.height, data),
    box: {
      x: (box.x - left) * actual,
      y: (box.y - top) * actual,
      width: box.width * actual,
      height: box.height * actual,
    },
  };
}

function frameOf(width: number, height: number, rgb: Uint8Array): Frame {
  const count = width * height;
  const data = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    data[i] = rgb[i * 3 + 1]!;
    data[count + i] = rgb[i * 3 + 2]!;
    data[2 * count + i] = rgb[i * 3]!;
  }
  return { index: 0, pts: 0, time: 0, width, height, format: 'gbrp', data };
}

/**
 * The face as the recognition network gets it: the box, scaled so that its long side fills the crop, on black, as in
 * the library.
 */
export function cropFace({ width, height, data }: Frame, box: Box): Uint8Array {
  const scale = Math.max(box.width, box.height) / CROP_SIZE;
  const crop = new Uint8Array(CROP_SIZE * CROP_SIZE * 3);
  const columns = stops(box.x, box.width, scale, width);
  const rows = stops(box.y, box.height, scale, height);
  [1, 2, 0].forEach((channel, plane) => {
    const base = plane * width * height;
    for (const row of rows) {
      const above = base + row.first * width;
      const below = base + row.second * width;
      for (const column of columns) {
        const upper =
          data[above + column.first]! * (1 - column.share) + data[above + column.second]! * column.share;
        const lower =
          data[below + column.first]! * (1 - column.share) + data[below + column.second]! * column.share;
        crop[(row.at * CROP_SIZE + column.at) * 3 + channel] =
          upper * (1 - row.share) + lower * row.share + 0.5;
      }
    }
  });
  return crop;
}

/** For each sample of the crop along one axis: the two surrounding samples, and the position between them. */
interface Stop {
  readonly at: number;
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

function stops(start: number, length: number, scale: number, size: number): Stop[] {
  const found: Stop[] = [];
  for (let at = 0; at < CROP_SIZE; at++) {
    const place = start + length / 2 + (at + 0.5 - CROP_SIZE / 2) * scale;
    if (place < start || place > start + length) continue;
    const clamped = Math.min(size - 1, Math.max(0, place - 0.5));
    const first = Math.floor(clamped);
    found.push({ at, first, second: Math.min(size - 1, first + 1), share: clamped - first });
  }
  return found;
}

/** The same scene, shifted by a fraction of a pixel, brighter or darker, with sensor noise. */
export function alteredFrame(
  person: Person,
  change: { dx: number; dy: number; light: number; noise: number; time: number; index: number },
  random: () => number,
): Person {
  const { frame, box } = person;
  const data = new Uint8Array(frame.data.length);
  let at = 0;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < frame.height; y++) {
      for (let x = 0; x < frame.width; x++) {
        const noise = (random() + random() + random() - 1.5) * 2 * change.noise;
        const value = sample(frame, plane, x - change.dx, y - change.dy) * change.light + noise;
        data[at++] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return {
    frame: { ...frame, index: change.index, pts: change.index, time: change.time, data },
    box: { ...box, x: box.x + change.dx, y: box.y + change.dy },
  };
}

function sample({ width, height, data }: Frame, plane: number, x: number, y: number): number {
  const clampedX = Math.min(width - 1, Math.max(0, x));
  const clampedY = Math.min(height - 1, Math.max(0, y));
  const x0 = Math.floor(clampedX);
  const y0 = Math.floor(clampedY);
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const u = clampedX - x0;
  const v = clampedY - y0;
  const base = plane * width * height;
  const above = data[base + y0 * width + x0]! * (1 - u) + data[base + y0 * width + x1]! * u;
  const below = data[base + y1 * width + x0]! * (1 - u) + data[base + y1 * width + x1]! * u;
  return above * (1 - v) + below * v;
}

/** Repeatable numbers in 0…1. */
export function repeatable(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}
