import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { exposedShare, type LumaPicture } from '../../src/eval/exposure.ts';
import { LeakMeter, measureLeaks } from '../../src/eval/leak-meter.ts';
import { readTruth, type Truth } from '../../src/eval/truth.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const WIDTH = 120;
const HEIGHT = 90;
const FACE = { x: 30, y: 20, width: 40, height: 50 };

/** A picture full of edges, the same for the same seed. */
function textured(seed = 1): LumaPicture {
  let state = seed;
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  return { width: WIDTH, height: HEIGHT, data };
}

function withBlock(picture: LumaPicture, x0: number, y0: number, x1: number, y1: number): LumaPicture {
  const data = picture.data.slice();
  for (let y = y0; y < y1; y += 1) data.fill(128, y * WIDTH + x0, y * WIDTH + x1);
  return { ...picture, data };
}

function truthWith(boxes: Truth['tracks'][number]['boxes']): Truth {
  return {
    format: 'truth/1',
    width: WIDTH,
    height: HEIGHT,
    frames: 9,
    columns: ['frame', 'x', 'y', 'width', 'height'],
    tracks: [{ id: 7, boxes }],
  };
}

describe('the exposed share of a face', () => {
  it('is all of it where nothing was done, and where only the brightness was changed', () => {
    const picture = textured();
    const dimmed = { ...picture, data: picture.data.map((level) => level * 0.7) };
    expect(exposedShare(picture, picture, FACE)).toBe(1);
    expect(exposedShare(picture, dimmed, FACE)).toBe(1);
  });

  it('is nothing where it is covered by a colour, or by something else that has edges', () => {
    expect(exposedShare(textured(), withBlock(textured(), 20, 10, 80, 80), FACE)).toBe(0);
    expect(exposedShare(textured(1), textured(2), FACE)).toBe(0);
  });

  it('is half where the lower half is covered', () => {
    expect(exposedShare(textured(), withBlock(textured(), 20, 45, 80, 80), FACE)).toBeCloseTo(0.5, 1);
  });

  it('is nothing where the original itself shows nothing', () => {
    const flat = withBlock(textured(), 0, 0, WIDTH, HEIGHT);
    expect(exposedShare(flat, flat, FACE)).toBe(0);
  });

  it('is measured inside the picture for a face that reaches past its edge', () => {
    const face = { x: -15, y: 60, width: 40, height: 50 };
    expect(exposedShare(textured(), textured(), face)).toBe(1);
  });
});

describe('the leak meter', () => {
  it('counts exposed faces, identities and the longest run', () => {
    const row = (frame: number): [number, number, number, number, number] => [frame, 30, 20, 40, 50];
    const meter = new LeakMeter(truthWith([0, 1, 2, 4, 5].map(row)));
    const covered = withBlock(textured(), 20, 10, 80, 80);
    for (const output of [textured(), covered, textured(), textured(), textured(), textured()]) {
      meter.add(textured(), output);
    }
    expect(meter.result()).toMatchObject({
      frames: 6,
      identities: 1,
      faceFrames: 5,
      exposedFaceFrames: 4,
      identitiesExposed: 1,
      longestRun: 2,
    });
    expect(meter.result().exposed.map(({ id, frame }) => [id, frame])).toEqual([
      [7, 0],
      [7, 2],
      [7, 4],
      [7, 5],
    ]);
  });

  it('leaves faces lower than 16 pixels out', () => {
    const meter = new LeakMeter(truthWith([[0, 30, 20, 15, 15.9]]));
    meter.add(textured(), textured());
    expect(meter.result()).toMatchObject({ faceFrames: 0, identities: 0 });
  });

  it('says how much was covered away from any face', () => {
    const white = { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT).fill(255) };
    const nobody = new LeakMeter(truthWith([]));
    nobody.add(white, withBlock(white, 0, 0, WIDTH / 2, HEIGHT));
    expect(nobody.result().overmaskShare).toBeCloseTo(0.5);
    const somebody = new LeakMeter(truthWith([[0, 30, 20, 40, 50]]));
    somebody.add(white, withBlock(white, 30, 20, 70, 70));
    expect(somebody.result().overmaskShare).toBe(0);
  });
});

describe('measuring two videos', () => {
  const path = temporaryFolder();
  let truth: Truth;

  beforeAll(async () => {
    const { ffmpeg } = await findBinaries();
    await makePhotoClip(ffmpeg.path, path('original.mp4'), { seconds: 1 });
    const filter = "drawbox=x=0:y=0:w=iw:h=ih:color=gray:t=10000:enable='gte(n,10)',trim=end_frame=20";
    const args = ['-v', 'error', '-i', path('original.mp4'), '-vf', filter, path('output.mp4')];
    await promisify(execFile)(ffmpeg.path, args);
    const boxes = Array.from({ length: 25 }, (_, i): [number, number, number, number, number] => [
      i,
      200,
      60,
      200,
      200,
    ]);
    truth = { ...truthWith(boxes), width: 640, height: 360 };
  });

  it('finds the frames in which the face is not covered, and the frames that are missing', async () => {
    const { exposed, ...report } = await measureLeaks(path('original.mp4'), path('output.mp4'), truth);
    expect(exposed.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(report).toMatchObject({ frames: 20, framesMissing: 5, framesExtra: 0, longestRun: 10 });
  });

  it('refuses what cannot be decoded', async () => {
    await writeFile(path('text.mp4'), 'no video');
    await expect(measureLeaks(path('text.mp4'), path('output.mp4'), truth)).rejects.toMatchObject({
      code: 'DECODER_FAILED',
    });
  });

  it('reads the truth from a file, and refuses other documents', async () => {
    await writeFile(path('truth.json'), JSON.stringify(truth));
    await writeFile(path('other.json'), '{"format":"truth/2"}');
    expect(await readTruth(path('truth.json'))).toEqual(truth);
    await expect(readTruth(path('other.json'))).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
    await expect(readTruth(path('none.json'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });
});
