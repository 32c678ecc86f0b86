import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import type { Detector, Report, TracksDocument } from '../../src/index.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { groupPhoto, makePhotoClip } from '../support/photo-clip.ts';
import { scriptedDetector } from '../support/scripted-detector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Library = typeof import('../../src/index.ts');

const at = temporaryFolder();
const builds = Object.entries(await ffmpegBuilds());
const found = builds[0]![1];
let veil: Library;
let names = 0;

/** The library, loaded with this ffmpeg. */
async function libraryWith({ ffmpeg }: Binaries): Promise<Library> {
  vi.resetModules();
  vi.stubEnv('FFMPEG_PATH', ffmpeg.path);
  return import('../../src/index.ts');
}

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  for (const name of ['clip.mp4', 'clip.mkv']) {
    await makePhotoClip(ffmpeg.path, at(name), { seconds: 1.2, size: '320:180', sound: true });
  }
  const photo = sharp(groupPhoto(1)).resize(480);
  await photo.clone().jpeg().toFile(at('photo.jpg'));
  await photo.clone().png().toFile(at('photo.png'));
  veil = await libraryWith(found);
  return () => {
    vi.unstubAllEnvs();
  };
});

interface Part {
  readonly start?: number;
  readonly end?: number;
}

/** The results of blurring, and of detecting and rendering a file. */
async function bothWays(
  library: Library,
  input: string,
  extension: string,
  part: Part = {},
): Promise<{ blurred: Buffer; rendered: Buffer; reports: Report[] }> {
  names += 1;
  const [blurred, rendered] = [at(`${names}-blurred.${extension}`), at(`${names}-rendered.${extension}`)];
  const tracksPath = at(`${names}.json`);
  const config = library.resolveConfig({ ...part, video: { preset: 'ultrafast' } });
  const files = { input: at(input), config };
  const reportPath = `${blurred}.json`;
  await library.anonymizeFile({ ...files, output: blurred, reportPath, detector: scriptedDetector() });
  await library.detectFile({ ...files, output: tracksPath, detector: scriptedDetector() });
  const tracks = await library.readTracks(tracksPath);
  await library.renderFile({ ...files, output: rendered, reportPath: `${rendered}.json`, tracks });
  const reportOf = async (path: string): Promise<Report> =>
    JSON.parse(await readFile(`${path}.json`, 'utf8')) as Report;
  return {
    blurred: await readFile(blurred),
    rendered: await readFile(rendered),
    reports: [await reportOf(blurred), await reportOf(rendered)],
  };
}

describe.each(builds)('with %s', (_, binaries) => {
  let library: Library;
  beforeAll(async () => {
    library = await libraryWith(binaries);
  });

  test.each([
    ['clip.mp4', 'mp4', {}],
    ['clip.mkv', 'mkv', {}],
    ['clip.mkv', 'webm', {}],
    ['clip.mp4', 'mp4', { start: 0.3, end: 0.9 }],
    ['photo.jpg', 'jpg', {}],
    ['photo.png', 'png', {}],
  ] as const)(
    '%s to %s, %j: detected and rendered is blurred, byte for byte',
    async (input, extension, part) => {
      const { blurred, rendered, reports } = await bothWays(library, input, extension, part);
      expect(blurred.length).toBeGreaterThan(2000);
      expect(rendered.equals(blurred)).toBe(true);
      const [one, other] = reports.map(({ tracks, curtains, uncertain, frames, looks }) => ({
        ...{ tracks, curtains, uncertain, frames, looks },
      }));
      expect(other).toEqual(one);
      expect(one!.tracks.length).toBeGreaterThan(1);
    },
  );
});

describe('a tracks file', () => {
  let tracks: TracksDocument;
  let filesBefore: string[];

  beforeAll(async () => {
    veil = await libraryWith(found);
    const config = veil.resolveConfig();
    const options = { input: at('clip.mp4'), config, detector: scriptedDetector() };
    await veil.detectFile({ ...options, output: at('clip.veil.tracks.json') });
    tracks = await veil.readTracks(at('clip.veil.tracks.json'));
  });
  beforeEach(async () => {
    filesBefore = await readdir(at());
  });
  afterEach(() => {
    names += 1;
  });

  function render(edited: object, input = 'clip.mp4', part: Part = {}): Promise<unknown> {
    return veil.renderFile({
      input: at(input),
      output: at(`edited-${names}.mp4`),
      reportPath: at(`edited-${names}.json`),
      tracks: edited as TracksDocument,
      config: veil.resolveConfig({ ...part, video: { preset: 'ultrafast' } }),
    });
  }

  async function report(): Promise<Report> {
    return JSON.parse(await readFile(at(`edited-${names}.json`), 'utf8')) as Report;
  }

  test.skipIf(process.platform === 'win32')('is for its owner alone (Windows has other rights)', async () => {
    expect((await stat(at('clip.veil.tracks.json'))).mode & 0o777).toBe(0o600);
    await writeFile(at('open.json'), '', { mode: 0o644 });
    const config = veil.resolveConfig({ overwrite: true });
    const options = { input: at('clip.mp4'), config, detector: scriptedDetector() };
    await veil.detectFile({ ...options, output: at('open.json') });
    expect((await stat(at('open.json'))).mode & 0o777).toBe(0o600);
  });

  test('is written by a run that covers as well, with the same content', async () => {
    await veil.anonymizeFile({
      input: at('clip.mp4'),
      output: at('with-tracks.mp4'),
      tracksPath: at('with-tracks.json'),
      config: veil.resolveConfig({ video: { preset: 'ultrafast' } }),
      detector: scriptedDetector(),
    });
    expect(await readFile(at('with-tracks.json'), 'utf8')).toBe(
      await readFile(at('clip.veil.tracks.json'), 'utf8'),
    );
  });

  test('loses a track, gains one between keys and a curtain', async () => {
    const keys = [
      [4, 10, 20, 30, 40],
      [8, 50, 20, 30, 80],
    ];
    const [first] = tracks.tracks;
    await render({
      ...tracks,
      tracks: [first, { id: 77, keys }],
      curtains: [{ firstFrame: 20, lastFrame: 24 }],
    });
    const { tracks: covered, curtains, curtainFrames, origins, uncertain } = await report();
    expect(covered.map(({ id }) => id)).toEqual([first!.id, 77]);
    const manual = origins.indexOf('manual');
    expect(covered[1]).toMatchObject({
      firstFrame: 4,
      lastFrame: 8,
      boxes: [
        [4, 10, 20, 30, 40, manual],
        [5, 20, 20, 30, 50, manual],
        [6, 30, 20, 30, 60, manual],
        [7, 40, 20, 30, 70, manual],
        [8, 50, 20, 30, 80, manual],
      ],
    });
    expect(curtains).toMatchObject([{ firstFrame: 20, lastFrame: 24 }]);
    expect(curtainFrames).toBe(5);
    expect(covered[0]!.boxes.some(([frame]) => frame >= 20 && frame <= 24)).toBe(false);
    expect(uncertain.every(({ trackId }) => trackId === first!.id)).toBe(true);
  });

  test('says which part it is of, and another part is refused', async () => {
    const part = { ...tracks, input: { ...tracks.input, start: 0.2, end: 0.6 } };
    await expect(render(part, 'clip.mp4', { start: 0.4 })).rejects.toMatchObject({
      code: 'TRACKS_MISMATCH',
      message: expect.stringContaining(
        'the part from 0.2 s to 0.6 s, and this is the part from 0.4 s',
      ) as string,
    });
    expect(await readdir(at())).toEqual(filesBefore);
  });

  test.each([
    ['has another size', { width: 322 }, 'a picture of 322×180'],
    ['is another file', { bytes: 5 }, 'a file of 5 bytes'],
    ['counts time otherwise', { timeBase: '1/7' }, 'units of 1/7 s'],
    ['is shorter', { frames: 31 }, 'it ends after 30 of the 31 frames'],
  ])('of a video that %s is refused, and nothing is written', async (_, other, message) => {
    await expect(render({ ...tracks, input: { ...tracks.input, ...other } })).rejects.toMatchObject({
      code: 'TRACKS_MISMATCH',
      message: expect.stringContaining(message) as string,
    });
    expect(await readdir(at())).toEqual(filesBefore);
  });

  test('that counts in a multiple of the unit of the video is followed, as older ones do', async () => {
    const seconds = { ...tracks.input, timeBase: '1/1' };
    await expect(render({ ...tracks, input: seconds })).resolves.toMatchObject({ frames: 30 });
  });

  test('that ends before the video stops the run: nothing is known of the frames after it', async () => {
    const input = { ...tracks.input, frames: 12 };
    await expect(render({ ...tracks, input, tracks: [], curtains: [], uncertain: [] })).rejects.toMatchObject(
      {
        code: 'TRACKS_MISMATCH',
        message: expect.stringContaining('it goes on after the 12 frames') as string,
      },
    );
    expect(await readdir(at())).toEqual(filesBefore);
  });

  test.each([
    ['a detector that fails', 'DETECTOR_FAILED'],
    ['a stop', 'INTERRUPTED'],
  ] as const)('is not begun where %s ends the work', async (_, code) => {
    const controller = new AbortController();
    const detector = scriptedDetector();
    let looks = 0;
    const ending: Detector = {
      ...detector,
      detect: (pictures) => {
        looks += 1;
        if (looks === 3 && code === 'INTERRUPTED') controller.abort();
        if (looks === 3 && code === 'DETECTOR_FAILED') throw new veil.VeilError(code, 'out of memory');
        return detector.detect(pictures);
      },
    };
    const { signal } = controller;
    const options = { input: at('clip.mp4'), config: veil.resolveConfig(), detector: ending, signal };
    await expect(veil.detectFile({ ...options, output: at('never.json') })).rejects.toMatchObject({ code });
    expect(await readdir(at())).toEqual(filesBefore);
  });

  test('that exists is not replaced', async () => {
    await writeFile(at('mine.json'), 'mine');
    const options = { input: at('clip.mp4'), config: veil.resolveConfig(), detector: scriptedDetector() };
    await expect(veil.detectFile({ ...options, output: at('mine.json') })).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await readFile(at('mine.json'), 'utf8')).toBe('mine');
  });
});
