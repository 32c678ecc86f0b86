import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts';
import { readTracks } from '../../../src/documents/tracks-document.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { joinParts } from '../../../src/jobs/parts/join-parts.ts';
import { linkParts } from '../../../src/jobs/parts/link-parts.ts';
import { observePart } from '../../../src/jobs/parts/observe-part.ts';
import type { ObservedPart, PartPlan } from '../../../src/jobs/parts/part-types.ts';
import { planParts } from '../../../src/jobs/parts/plan-parts.ts';
import { renderPart } from '../../../src/jobs/parts/render-part.ts';
import { encoderSupportOf } from '../../../src/sink/encoder-support.ts';
import { silentLogger } from '../../../src/logger.ts';
import { anonymizeFile } from '../../../src/pipeline/file/anonymize-file.ts';
import { ffmpeg } from '../../support/covered-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { noParts } from '../support/parts-ffmpeg.ts';
import { makeMarkedVideo, markDetector } from '../support/marked-video.ts';

const at = temporaryFolder();

/** Lossless, so that covered pixels can be compared. */
const LOSSLESS: ConfigInput = { video: { preset: 'ultrafast', crf: 0 }, anonymizer: 'cpu', padding: 0.3 };

interface Run {
  readonly input: string;
  readonly output: string;
  readonly options?: ConfigInput;
}

function stepOptions({ input, output, options = {} }: Run) {
  const config = configSchema.parse({ ...LOSSLESS, ...options });
  return { input, output, config, signal: new AbortController().signal, logger: silentLogger };
}

/** Plan and observations after a round trip through JSON. */
async function observed(run: Run, seconds: number): Promise<{ plan: PartPlan; parts: ObservedPart[] }> {
  const options = { ...stepOptions(run), detector: Promise.resolve(markDetector()) };
  const plan = sent(await planParts({ ...options, seconds }));
  // In any order.
  const parts: ObservedPart[] = [];
  for (const { index } of [...plan.parts].reverse())
    parts.push(sent(await observePart(plan, index, options)));
  return { plan, parts };
}

async function coverInSteps(run: Run, seconds: number): Promise<PartPlan> {
  const { plan, parts } = await observed(run, seconds);
  const options = stepOptions(run);
  const linked = sent(await linkParts(plan, parts, options));
  const files = [];
  for (const { index } of plan.parts) {
    const file = `${run.output}.part-${index}.nut`;
    files.push({ ...(await renderPart(plan, index, linked.tracks, file, options)), file });
  }
  const [reportPath, tracksPath] = [`${run.output}.report.json`, `${run.output}.tracks.json`];
  await joinParts(plan, linked, files, { ...options, reportPath, tracksPath });
  return plan;
}

async function coverInOnePiece(run: Run): Promise<void> {
  const [reportPath, tracksPath] = [`${run.output}.report.json`, `${run.output}.tracks.json`];
  await anonymizeFile({ ...stepOptions(run), detector: markDetector(), reportPath, tracksPath });
}

function sent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Every frame and every piece of audio with its time, duration and checksum. */
async function contentOf(path: string): Promise<string[]> {
  const { ffmpeg: binary } = await findBinaries();
  const args = ['-v', 'error', '-i', path, '-map', '0', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'];
  const { stdout } = await capture(binary.path, args);
  return stdout.split('\n').filter((line) => !line.startsWith('#'));
}

/** Every packet with its time, regardless of decoding. */
async function packetsOf(path: string): Promise<string> {
  const { ffprobe } = await findBinaries();
  const entries = ['-show_entries', 'packet=stream_index,pts', '-of', 'csv=p=0'];
  return (await capture(ffprobe.path, ['-v', 'error', ...entries, path])).stdout
    .split('\n')
    .sort()
    .join('\n');
}

/** A report without the fields that differ between runs. */
async function reportOf(path: string): Promise<object> {
  const { output, timings, provenance, ...report } = JSON.parse(
    await readFile(`${path}.report.json`, 'utf8'),
  ) as Record<string, unknown> & { provenance: { input: object; weights: object; settings: string } };
  expect([output, timings]).toHaveLength(2);
  const { input, weights, settings } = provenance;
  return { ...report, input2: input, weights, settings };
}

async function expectSame(run: Omit<Run, 'output'>, seconds: number, ending = 'mp4'): Promise<PartPlan> {
  const name = run.input.replace(/.*\//, '').replace(/\W/g, '-');
  const [one, parts] = [at(`${name}-${seconds}-one.${ending}`), at(`${name}-${seconds}-parts.${ending}`)];
  await coverInOnePiece({ ...run, output: one });
  const plan = await coverInSteps({ ...run, output: parts }, seconds);
  expect(plan.parts.length).toBeGreaterThan(1);
  expect(await readTracks(`${parts}.tracks.json`)).toEqual(await readTracks(`${one}.tracks.json`));
  expect(await contentOf(parts)).toEqual(await contentOf(one));
  expect(await packetsOf(parts)).toEqual(await packetsOf(one));
  expect(await reportOf(parts)).toEqual(await reportOf(one));
  return plan;
}

describe.skipIf(noParts !== '')(`a video in parts ${noParts}`, () => {
  it('has the frames, times, sound and tracks that it has in one piece', async () => {
    await makeMarkedVideo(at('plain.mp4'));
    const plan = await expectSame({ input: at('plain.mp4') }, 2);
    expect(plan.parts.map(({ frames }) => frames).reduce((sum, count) => sum + count, 0)).toBe(200);
    const { tracks } = await readTracks(at('plain-mp4-2-parts.mp4.tracks.json'));
    // The head that moves to and fro is one person across all cuts.
    expect(Math.max(...tracks.map(({ boxes }) => boxes!.length))).toBe(200);
  });

  it.each([
    ['23.976 frames a second in Matroska', 'mkv', { rate: '24000/1001' }],
    ['50 frames a second in a transport stream', 'ts', { rate: '50', seconds: 5 }],
    ['29.97 frames a second and an edit list', 'mov', { rate: '30000/1001' }],
    [
      'one tick of its clock for each frame',
      'mp4',
      { args: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '75', '-video_track_timescale', '25'] },
    ],
    [
      'pictures that build on the group before them',
      'mkv',
      { args: ['-c:v', 'libx264', '-preset', 'veryfast', '-x264-params', 'open-gop=1:keyint=30:bframes=3'] },
    ],
    [
      'a variable rate that begins late',
      'mp4',
      {
        filters: [`select='not(eq(mod(n,7),3))*not(between(n,60,75))'`, 'setpts=PTS+0.2/TB'],
        args: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-fps_mode', 'vfr'],
      },
    ],
  ])('is the same with %s', async (_, ending, options) => {
    const input = at(`kind-${_.replace(/\W/g, '-')}.${ending}`);
    await makeMarkedVideo(input, options);
    await expectSame({ input }, 2, ending === 'ts' ? 'mp4' : ending);
  });

  it.each(['h264', 'h265', 'vp9', 'av1'] as const)(
    'keeps every time in %s, whose frames may change places',
    async (codec) => {
      const { ffmpeg: binary } = await findBinaries();
      const support = await encoderSupportOf(binary.path);
      if (
        !support.encoders.has(
          { h264: 'libx264', h265: 'libx265', vp9: 'libvpx-vp9', av1: 'libsvtav1' }[codec],
        )
      )
        return;
      const input = at(`${codec}.mp4`);
      await makeMarkedVideo(input, { seconds: 5 });
      const options: ConfigInput = { video: { preset: 'veryfast', codec } };
      const ending = codec === 'vp9' ? 'webm' : 'mp4';
      const [one, parts] = [at(`${codec}-one.${ending}`), at(`${codec}-parts.${ending}`)];
      await coverInOnePiece({ input, output: one, options });
      await coverInSteps({ input, output: parts, options }, 2);
      expect(await packetsOf(parts)).toBe(await packetsOf(one));
    },
  );

  it('is the same where an edit list hides the first frames', async () => {
    await makeMarkedVideo(at('whole.mkv'));
    await ffmpeg('-ss', '0.73', '-i', at('whole.mkv'), '-c', 'copy', at('edited.mp4'));
    await expectSame({ input: at('edited.mp4') }, 2);
  });

  it('is the same where only a part of the input is covered, and where all is looked through first', async () => {
    await makeMarkedVideo(at('range.mp4'));
    await expectSame({ input: at('range.mp4'), options: { start: 1.03, end: 6.5 } }, 2);
    await makeMarkedVideo(at('thorough.mp4'), { seconds: 5 });
    await expectSame({ input: at('thorough.mp4'), options: { effort: 'thorough' } }, 2);
  });

  it('is the same where cells have forgotten what they were before', async () => {
    await makeMarkedVideo(at('long.mp4'), { seconds: 70, rate: '10' });
    const plan = await expectSame({ input: at('long.mp4') }, 34);
    // Almost nothing of the second part is covered twice.
    const { render, firstFrame } = plan.parts[1]!;
    expect(firstFrame - render.firstFrame).toBeGreaterThan(0);
    expect(firstFrame - render.firstFrame).toBeLessThan(20);
    await expectSame({ input: at('long.mp4'), options: { style: 'mosaic' } }, 13);
  }, 120_000);

  it('leaves each part to its owner alone, and replaces none', async () => {
    const run = { input: at('plain.mp4'), output: at('private.mp4') };
    const { plan, parts } = await observed(run, 3);
    const options = stepOptions(run);
    const { tracks } = await linkParts(plan, parts, options);
    await renderPart(plan, 0, tracks, at('part.nut'), options);
    expect((await stat(at('part.nut'))).mode & 0o777).toBe(0o600);
    await expect(renderPart(plan, 0, tracks, at('part.nut'), options)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
  });

  it('is refused where a part is missing, of another plan, or of other frames', async () => {
    const run = { input: at('plain.mp4'), output: at('refused.mp4') };
    const { plan, parts } = await observed(run, 3);
    const options = stepOptions(run);
    await expect(linkParts(plan, parts.slice(1), options)).rejects.toMatchObject({
      code: 'OBSERVATIONS_INVALID',
    });
    const { plan: other } = await observed({ ...run, options: { start: 1 } }, 3);
    await expect(linkParts(other, parts, options)).rejects.toMatchObject({ code: 'OBSERVATIONS_INVALID' });
    const linked = await linkParts(plan, parts, options);
    await expect(
      renderPart({ ...plan, frames: 7 }, 0, linked.tracks, at('no.nut'), options),
    ).rejects.toMatchObject({ code: 'TRACKS_MISMATCH' });
    await makeMarkedVideo(at('changed.mp4'), { seconds: 9 });
    await expect(
      renderPart(plan, 0, linked.tracks, at('no.nut'), { ...options, input: at('changed.mp4') }),
    ).rejects.toMatchObject({ code: 'PARTS_UNFIT' });
    await expect(
      joinParts(plan, linked, [], { ...options, reportPath: null, tracksPath: null }),
    ).rejects.toMatchObject({ code: 'PARTS_UNFIT' });
    await expect(stat(at('refused.mp4'))).rejects.toThrow();
  });

  it('is refused before any work where the output could not be written', async () => {
    await makeMarkedVideo(at('plain.mp4'));
    const detector = Promise.resolve(markDetector());
    const run = {
      input: at('plain.mp4'),
      output: at('x.mp4'),
      options: { mute: [[100, 101]] } as ConfigInput,
    };
    await expect(planParts({ ...stepOptions(run), detector, seconds: 2 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('is refused for what is too short, and for a photo', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=0.1', '-frames:v', '1', at('photo.png'));
    const detector = Promise.resolve(markDetector());
    for (const input of [at('photo.png'), at('plain.mp4')]) {
      const options = { ...stepOptions({ input, output: at('x.mp4') }), detector, seconds: 60 };
      await expect(planParts(options)).rejects.toMatchObject({ code: 'PARTS_UNFIT' });
    }
  });
});
