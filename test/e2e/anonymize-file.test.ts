import { createHash } from 'node:crypto';
import { access, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/load.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { VeilError } from '../../src/errors.ts';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';
import { createConfiguredDetector } from '../../src/detect/configured-detector.ts';
import { iou, type Box } from '../../src/frame/box.ts';
import type { Report } from '../../src/documents/write-report.ts';
import type { Progress } from '../../src/pipeline/file/run-record.ts';
import { groupPhoto, makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { packetTimes } from '../support/written-video.ts';

const at = temporaryFolder();
const config = resolveConfig({ video: { preset: 'ultrafast' } });
let binaries: Binaries;
let detector: Detector;

beforeAll(async () => {
  binaries = await findBinaries();
  detector = await createConfiguredDetector(config);
  await makePhotoClip(binaries.ffmpeg.path, at('clip.mp4'), { seconds: 2, sound: true });
  return () => detector.close();
});

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A detector that works like the real one until the test changes it. */
function detectorThat(detect: (look: number) => void | Promise<void>): Detector {
  let looks = 0;
  return {
    name: 'crowd',
    description: detector.description,
    traits: detector.traits,
    detect: async (pictures) => {
      looks += 1;
      await detect(looks);
      return detector.detect(pictures);
    },
    close: () => Promise.resolve(),
  };
}

describe('a video of a crowd', () => {
  let report: Report;
  let progress: Progress[];
  let before = '';

  beforeAll(async () => {
    progress = [];
    before = createHash('sha256')
      .update(await readFile(at('clip.mp4')))
      .digest('hex');
    await anonymizeFile({
      input: at('clip.mp4'),
      output: at('safe.mp4'),
      reportPath: at('safe.json'),
      config,
      detector,
      onProgress: (now) => progress.push(now),
    });
    report = JSON.parse(await readFile(at('safe.json'), 'utf8')) as Report;
  });

  test('comes out with every frame, the sound, and nothing else', async () => {
    const [input, output] = [await probe(at('clip.mp4'), binaries), await probe(at('safe.mp4'), binaries)];
    expect(output.video).toMatchObject({ width: 640, height: 360 });
    expect(await packetTimes(at('safe.mp4'), 'v:0', binaries)).toHaveLength(50);
    expect(output.duration).toBeCloseTo(input.duration!, 1);
    expect(output.streamKinds).toEqual(['video', 'audio']);
  });

  test('has no face that the detector still finds at a place where one was', async () => {
    const picture = async (path: string): Promise<Buffer> => {
      const raw = at('frame.rgb');
      const args = ['-v', 'error', '-y', '-ss', '1', '-i', path, '-frames:v', '1', '-f', 'rawvideo'];
      await capture(binaries.ffmpeg.path, [...args, '-pix_fmt', 'rgb24', raw]);
      return readFile(raw);
    };
    const find = async (path: string): Promise<Box[]> => {
      const faces = await detector.detect([{ width: 640, height: 360, data: await picture(path) }]);
      return faces.filter(({ score }) => score > 0.5).map(({ box }) => box);
    };
    const faces = await find(at('clip.mp4'));
    expect(faces.length).toBeGreaterThan(1);
    // With some encoders the detector takes two adjacent covers for one large face, which is at no true face's place.
    const left = await find(at('safe.mp4'));
    expect(left.filter((box) => faces.some((face) => iou(box, face) > 0.3))).toEqual([]);
  });

  test('leaves a report of every covered box', () => {
    expect(report).toMatchObject({
      format: 'veil-report/1',
      frames: 50,
      curtainFrames: 0,
      input: { name: 'clip.mp4' },
      output: { name: 'safe.mp4' },
    });
    expect(report.tracks.length).toBeGreaterThan(3);
    for (const { boxes, firstFrame, lastFrame } of report.tracks) {
      expect(boxes.map(([frame]) => frame)).toEqual(
        Array.from({ length: lastFrame - firstFrame + 1 }, (_, i) => firstFrame + i),
      );
    }
  });

  test('tells how far it is', () => {
    expect(progress).toHaveLength(50);
    expect(progress.at(-1)).toMatchObject({ framesDone: 50, framesTotal: 50 });
  });

  test('is not touched itself', async () => {
    expect(
      createHash('sha256')
        .update(await readFile(at('clip.mp4')))
        .digest('hex'),
    ).toBe(before);
  });
});

describe('with the most effort', () => {
  const thorough = resolveConfig({
    video: { preset: 'ultrafast' },
    effort: 'thorough',
    look: { interval: 5, sizes: [512] },
  });

  test('all of a video is looked through before any of it is covered', async () => {
    const stages: Progress[] = [];
    const result = await anonymizeFile({
      input: at('clip.mp4'),
      output: at('thorough.mp4'),
      config: thorough,
      detector,
      onProgress: (now) => stages.push(now),
    });
    expect(result).toMatchObject({ frames: 50 });
    // Fewer than with less effort: a face before and after an occlusion is one track.
    expect(result.tracks).toBeGreaterThan(1);
    expect(stages.map(({ stage }) => stage)).toEqual([
      ...Array<string>(50).fill('finding'),
      ...Array<string>(50).fill('covering'),
    ]);
    expect(await packetTimes(at('thorough.mp4'), 'v:0', binaries)).toHaveLength(50);
  });

  test.each([
    ['at another rate', ['-r', '20']],
    ['of the same times', ['-vf', 'hflip']],
  ])(
    'a video that was replaced by one %s in between is refused, and nothing comes out',
    async (_, change) => {
      await makePhotoClip(binaries.ffmpeg.path, at('swapped.mp4'), { seconds: 1 });
      await capture(binaries.ffmpeg.path, [
        '-v',
        'error',
        '-i',
        at('swapped.mp4'),
        ...change,
        at('other.mp4'),
      ]);
      const swapping = detectorThat(async (look) => {
        if (look === 4) await rename(at('other.mp4'), at('swapped.mp4'));
      });
      const running = anonymizeFile({
        input: at('swapped.mp4'),
        output: at('swapped.veil.mp4'),
        config: thorough,
        detector: swapping,
      });
      await expect(running).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
      expect(await exists(at('swapped.veil.mp4'))).toBe(false);
    },
  );
});

describe('when something goes wrong in the middle', () => {
  const output = (): string => at('never.mp4');
  let filesBefore: string[];
  beforeEach(async () => {
    filesBefore = await readdir(at());
  });

  async function expectNothingLeft(): Promise<void> {
    expect(await readdir(at())).toEqual(filesBefore);
  }

  test('a detector that fails leaves no output and no report', async () => {
    const failing = detectorThat((look) => {
      if (look === 5) throw new VeilError('DETECTOR_FAILED', 'out of memory');
    });
    const running = anonymizeFile({
      input: at('clip.mp4'),
      output: output(),
      reportPath: at('n.json'),
      config,
      detector: failing,
    });
    await expect(running).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
    await expectNothingLeft();
  });

  test('a stop leaves nothing, and no frame is looked at any more', async () => {
    const controller = new AbortController();
    let looks = 0;
    const stopping = detectorThat((look) => {
      looks = look;
      if (look === 3) controller.abort();
    });
    const running = anonymizeFile({
      input: at('clip.mp4'),
      output: output(),
      reportPath: at('n.json'),
      config,
      detector: stopping,
      signal: controller.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(looks).toBe(3);
    await expectNothingLeft();
  });

  test('a report that exists is not replaced, and then there is no video either', async () => {
    await writeFile(at('taken.json'), 'mine');
    filesBefore = await readdir(at());
    const running = anonymizeFile({
      input: at('clip.mp4'),
      output: output(),
      reportPath: at('taken.json'),
      config,
      detector,
    });
    await expect(running).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(at('taken.json'), 'utf8')).toBe('mine');
    await expectNothingLeft();
  });
});

test('a photo keeps its size and loses its faces and its metadata', async () => {
  const input = at('photo.jpg');
  await sharp(groupPhoto(3))
    .withExif({ IFD0: { Copyright: 'Somebody' } })
    .jpeg()
    .toFile(input);
  const result = await anonymizeFile({
    input,
    output: at('photo.safe.jpg'),
    reportPath: null,
    config,
    detector,
  });
  expect(result).toMatchObject({ frames: 1, reportPath: null });
  expect(result.tracks).toBeGreaterThan(3);
  const [from, to] = [await sharp(input).metadata(), await sharp(at('photo.safe.jpg')).metadata()];
  expect([to.width, to.height]).toEqual([from.width, from.height]);
  expect(from.exif).toBeDefined();
  expect(to.exif).toBeUndefined();
  expect(await exists(at('photo.safe.report.json'))).toBe(false);
});
