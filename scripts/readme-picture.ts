/** Draws the picture of the README, before and after: `tsx scripts/readme-picture.ts`. */
import { join } from 'node:path';
import sharp from 'sharp';
import { createAnonymizer } from '../src/anonymize/anonymizer.ts';
import { resolveConfig } from '../src/config/load.ts';
import type { Box } from '../src/frame/box.ts';
import type { AnonymizedFrame } from '../src/frame/frame.ts';
import type { TrackBox } from '../src/frame/track.ts';
import { silentLogger } from '../src/logger.ts';
import { drawCrowd } from './drawn-crowd.ts';

const SIZE = { width: 640, height: 400 } as const;
/** Between the two halves, pixels. */
const GAP = 8;

/** The drawn crowd as it is, and beside it as the anonymizer leaves it. */
export async function readmePicture(): Promise<Buffer> {
  const { width, height } = SIZE;
  const { svg, faces } = drawCrowd(width, height);
  const before = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  const after = await covered(toPlanes(before), faces);
  const raw = { width, height, channels: 3 } as const;
  return sharp({ create: { width: 2 * width + GAP, height, channels: 3, background: 'white' } })
    .composite([
      { input: before, raw, left: 0, top: 0 },
      { input: Buffer.from(fromPlanes(after.data)), raw, left: width + GAP, top: 0 },
    ])
    .png({ compressionLevel: 9, palette: true, colours: 256 })
    .toBuffer();
}

async function covered(data: Uint8Array, faces: readonly Box[]): Promise<AnonymizedFrame> {
  const { style, cells, shape, padding, color } = resolveConfig();
  const options = {
    style,
    cells,
    shape,
    padding,
    color,
    ...SIZE,
    format: 'gbrp',
    anonymizer: 'cpu',
  } as const;
  const anonymizer = await createAnonymizer({ ...options, logger: silentLogger, seed: 'README' });
  const boxes = faces.map((box, index): TrackBox => ({
    trackId: index + 1,
    box,
    origin: 'detected',
    score: 1,
  }));
  const frame = { index: 0, pts: 0, time: 0, ...SIZE, format: 'gbrp', data } as const;
  try {
    return await anonymizer.anonymize(frame, boxes);
  } finally {
    await anonymizer.close();
  }
}

/** The place of each byte of a pixel (R, G, B) in gbrp: planes of G, B and R. */
const PLANE_OF = [2, 0, 1] as const;

function toPlanes(rgb: Uint8Array): Uint8Array {
  const pixels = rgb.length / 3;
  const planes = new Uint8Array(rgb.length);
  rgb.forEach((value, i) => {
    planes[PLANE_OF[i % 3]! * pixels + Math.floor(i / 3)] = value;
  });
  return planes;
}

function fromPlanes(planes: Uint8Array): Uint8Array {
  const pixels = planes.length / 3;
  return planes.map((_, i) => planes[PLANE_OF[i % 3]! * pixels + Math.floor(i / 3)]!);
}

if (import.meta.filename === process.argv[1]) {
  const path = join(import.meta.dirname, '../docs/before-after.png');
  const { size } = await sharp(await readmePicture()).toFile(path);
  console.log(`wrote ${path}, ${Math.round(size / 1024)} KiB`);
}
