import { createAnonymizer } from '../../anonymize/anonymizer.ts';
import { VeilError } from '../../errors.ts';
import { findBinaries, type Binaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { OVERLOAD_STEPS, type LiveSettings } from '../../frame/live-output.ts';
import { THRESHOLDS } from '../../frame/threshold.ts';
import type { Recording } from '../../sink/live/recording.ts';
import { chooseMode } from '../../source/live/camera-mode.ts';
import { liveInputArgs } from '../../source/live/input-args.ts';
import { listModes } from '../../source/live/list-modes.ts';
import { liveInputName } from '../../source/live/live-input.ts';
import type { LiveSource } from '../../source/live/live-source.ts';
import { openLiveSource } from '../../source/live/open-live-source.ts';
import { longestDelay } from './gate.ts';
import { planLiveLooks, type LiveLookPlan } from '../../observe/live/live-look-plan.ts';
import { LiveRun } from './live-run.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import { withMicrophone } from '../../source/live/microphone.ts';
import { startDetectorWorker, type DetectorWorker } from '../../observe/live/detector-supervisor.ts';
import type { OpenLiveOptions } from './open-live-options.ts';
import { openOutputs, openRecording, planEncodings, rateOf } from './open-outputs.ts';

/**
 * Opens detector, source and outputs and starts a live run. The caller closes it.
 *
 * @throws VeilError every INPUT_, OUTPUT_, DETECTOR_, ENCODER_ and CONFIG_ reason
 */
export async function openLive(options: OpenLiveOptions): Promise<LiveRun> {
  const { logger } = options;
  const binaries = await findBinaries();
  for (const note of binaries.notes) logger.info(note);
  const encodings = await planEncodings(options, binaries);
  const closers: (() => Promise<void>)[] = [];
  try {
    // First, because the detector determines which pictures the source must make.
    const worker = await openWorker(options);
    closers.push(() => worker.close());
    const looks = planLiveLooks(options.config.look, worker.traits);
    const source = await openSource(options, binaries, looks);
    closers.push(() => Promise.resolve(source[Symbol.asyncDispose]()));
    checkDelay(options.delay, source);
    const context = { source, binaries, encodings, logger };
    const recording = await openRecording(options, context);
    const run = await LiveRun.open(runOptions(options, { worker, looks, source, recording }));
    closers.push(() => run.close());
    const outputs = await openOutputs(options, run, context);
    run.start(recording === null ? outputs : [recording, ...outputs]);
    return run;
  } catch (error) {
    for (const close of closers.reverse()) await close();
    throw error;
  }
}

interface Opened {
  readonly worker: DetectorWorker;
  readonly looks: LiveLookPlan;
  readonly source: LiveSource;
  readonly recording: Recording | null;
}

function runOptions(
  { config, delay, logger, startsCovered, openPreview }: OpenLiveOptions,
  { worker, looks, source, recording }: Opened,
): LiveRunOptions {
  const { width, height, hasSound } = source.info;
  if (hasSound) logger.info('Sound is kept, and voices identify people: --audio drop leaves it out.');
  return {
    ...{ source, worker, looks, delay, logger, startsCovered, recorder: recording },
    settings: { style: config.style, cells: config.cells, threshold: config.threshold },
    openAnonymizer: (settings: LiveSettings) =>
      createAnonymizer({ ...config, ...settings, format: 'yuv420p', width, height, logger }),
    steps: OVERLOAD_STEPS.filter((step) => {
      if (step === 'smaller-looks') return looks.reducedCount !== null;
      return step === 'fewer-looks' || openPreview !== null;
    }),
  };
}

/** A delay beyond the memory budget would drop every frame before it is due. */
function checkDelay(delay: number, source: LiveSource): void {
  const { width, height } = source.info;
  const most = longestDelay({ width, height, frameRate: rateOf(source) });
  if (delay <= most) return;
  throw new VeilError(
    'USAGE',
    `${delay} ms of a picture of ${width}x${height} are more than memory may hold.`,
    {
      hint: `Use --delay ${most} at most, or a smaller picture (--size).`,
    },
  );
}

function openWorker({ config, logger, detectorProgram }: OpenLiveOptions): Promise<DetectorWorker> {
  return startDetectorWorker({
    // The lowest threshold: the user can change it during the run.
    config: { ...config, threshold: THRESHOLDS.least },
    logger,
    ...(detectorProgram === undefined ? {} : { program: detectorProgram }),
  });
}

async function openSource(
  { input, microphone, wanted, config, logger, signal }: OpenLiveOptions,
  binaries: Binaries,
  { sizes: looks, pace: lookPace }: LiveLookPlan,
): Promise<LiveSource> {
  const modes = input.kind === 'v4l2' ? await listModes(input.device, binaries.ffmpeg.path, wanted) : [];
  const mode = chooseMode(modes, wanted);
  const args = liveInputArgs(input, wanted, mode, await featuresOf(binaries.ffmpeg.path));
  logger.info(`Opening ${liveInputName(input)}.`);
  const sound = config.audio === 'keep' && microphone === null;
  const source = await openLiveSource({ input, args, binaries, looks, lookPace, sound, logger, signal });
  const { width, height } = source.info;
  logger.info(`${source.name}: ${width}x${height}, ${rateOf(source).toFixed(1)} frames a second.`);
  if (microphone === null) return source;
  try {
    return await withMicrophone(source, microphone, { ffmpeg: binaries.ffmpeg.path, logger });
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
