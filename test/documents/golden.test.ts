import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/load.ts';
import { readCoveredTracks } from '../../src/documents/read-report.ts';
import { TrackRecord } from '../../src/documents/track-record.ts';
import { parseTracks, readTracks, tracksText } from '../../src/documents/tracks-document.ts';
import { reportOf, withoutFolders } from '../../src/documents/write-report.ts';
import type { InputReading } from '../../src/frame/input-reading.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// A format change shows as a difference to these files; `npx vitest run test/documents/golden.test.ts -u` accepts it.
// New fields may be added; removed fields, or changed meanings, need a new format.
const REPORT = 'golden/report.json';
const TRACKS = 'golden/tracks.json';
const at = temporaryFolder();

const path = (name: string): string => new URL(name, import.meta.url).pathname;

const reading: InputReading = {
  format: 'mov,mp4,m4a,3gp,3g2,mj2',
  bytes: 1000,
  duration: 0.2,
  video: {
    ...{
      stream: 0,
      codec: 'h264',
      of: 1,
      stored: '320x180',
      shown: '320x180',
      rotation: 0,
      pixelShape: '1:1',
    },
    ...{ pixelFormat: 'yuv420p', bitDepth: 8, hasAlpha: false, fieldOrder: 'progressive', frameRate: 25 },
    ...{ frames: 5, duration: 0.2, range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
    dolbyVision: null,
  },
  audio: [{ stream: 1, codec: 'aac', channels: 2, language: null, offset: 0 }],
};

/** Five frames: a face in three of them, a second manual one, the last frame covered as a whole. */
function record(): TrackRecord {
  const frames = new TrackRecord();
  for (let index = 0; index < 5; index += 1) {
    const box = { x: 10 + index, y: 20, width: 30.3, height: 40 };
    const face = { trackId: 1, box, origin: index === 0 ? 'detected' : 'interpolated', score: 0.9 } as const;
    const drawn = { trackId: 2, box, origin: 'manual', score: 1 } as const;
    const boxes = index < 3 ? [face] : [drawn];
    frames.addFrame({ index, time: index / 25 }, index === 4 ? null : boxes);
  }
  return frames;
}

function report(): string {
  const frames = record();
  const span = { trackId: 1, reason: 'ended-in-open', firstFrame: 2, lastFrame: 4 } as const;
  const document = reportOf(frames, {
    versions: { veil: '0.1.0', node: '20.19.0', ffmpeg: '7.1.1' },
    inputName: 'clip.mp4',
    reading,
    output: { name: 'clip.veil.mp4' },
    info: {
      width: 320,
      height: 180,
      format: 'yuv420p',
      timeBase: { num: 1, den: 12_800 },
      frameRate: { num: 25, den: 1 },
      frameCount: 5,
    },
    closingFrames: 0,
    looks: 2,
    detector: 'crowd: veil-face on onnxruntime (cpu)',
    anonymizer: 'cpu',
    encoder: 'libx264',
    config: withoutFolders(resolveConfig({})),
    provenance: {
      input: { bytes: 1000, sha256: '0'.repeat(64) },
      output: { bytes: 900, sha256: '1'.repeat(64) },
      weights: [{ name: 'veil-face.safetensors', sha256: '2'.repeat(64) }],
      settings: '3'.repeat(64),
    },
    timings: { elapsed: 1.234 },
    tracks: [
      { id: 1, firstFrame: 0, lastFrame: 2, score: 0.9, detections: 2 },
      { id: 2, firstFrame: 3, lastFrame: 3, score: 1, detections: 0 },
    ],
    uncertain: frames.timed([span]).spans,
    unlisted: 0,
    warnings: ['Audio track 2 is left out: ffmpeg does not know its codec.'],
    doubts: [],
  });
  return `${JSON.stringify(document, null, 2)}\n`;
}

const tracks = {
  format: 'veil-tracks/1',
  versions: { veil: '0.1.0' },
  input: {
    name: 'clip.mp4',
    bytes: 1000,
    width: 320,
    height: 180,
    frames: 5,
    timeBase: '1/12800',
    start: null,
    end: 4.5,
  },
  detector: 'crowd',
  looks: 2,
  origins: ['detected', 'interpolated', 'filled', 'manual'],
  columns: ['frame', 'x', 'y', 'width', 'height', 'origin'],
  curtains: [{ firstFrame: 4, lastFrame: 4, from: 0.16, to: 0.16 }],
  uncertain: [
    { trackId: 1, reason: 'ended-in-open', firstFrame: 2, lastFrame: 4, from: 0.08, to: 0.16, text: 'x' },
  ],
  tracks: [
    {
      id: 1,
      score: 0.9,
      detections: 2,
      boxes: [
        [0, 10, 20, 30, 40, 0],
        [1, 11, 20, 30, 40, 1],
      ],
    },
    {
      id: 2,
      score: 1,
      detections: 0,
      keys: [
        [2, 50, 60, 30, 40],
        [4, 58, 60, 30, 40],
      ],
    },
  ],
};

test('a veil-report/1 document is what it was', async () => {
  await expect(report()).toMatchFileSnapshot(REPORT);
});

test('a veil-report/1 document of before can be read', async () => {
  expect(await readCoveredTracks(path(REPORT))).toMatchObject({
    frames: 5,
    tracks: [{ id: 1 }, { id: 2 }],
    curtains: [{ firstFrame: 4, lastFrame: 4 }],
  });
});

test('a veil-tracks/1 document is what it was', async () => {
  await expect(tracksText(parseTracks(tracks))).toMatchFileSnapshot(TRACKS);
});

test('a veil-tracks/1 document of before can be read, and is written as it was', async () => {
  const read = await readTracks(path(TRACKS));
  expect(read.format).toBe('veil-tracks/1');
  await writeFile(at('again.json'), tracksText(read));
  expect(await readFile(at('again.json'), 'utf8')).toBe(await readFile(path(TRACKS), 'utf8'));
});
