import { createAnonymizer } from '../../anonymize/anonymizer.ts';
import { VeilError } from '../../errors.ts';
import { findBinaries, type Binaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import type { LiveSettings } from '../../frame/live-output.ts';
import { THRESHOLDS } from '../../frame/threshold.ts';
import { chooseMode } from '../../source/live/camera-mode.ts';
import { liveInputArgs } from '../../source/live/input-args.ts';
import { listModes } from '../../source/live/list-modes.ts';
import { liveInputName } from '../../source/live/live-input.ts';
import type { LiveSource } from '../../source/live/live-source.ts';
import { openLiveSource } from '../../source/live/open-live-source.ts';
import { longestDelay } from './gate.ts';
import { planLiveLooks, type LiveLookPlan } from '../../observe/live/live-look-plan.ts';
import { LiveRun } from './live-run.ts';
import { withMicrophone } from '../../source/live/microphone.ts';
import { startDetectorWorker, type DetectorWorker } from '../../observe/live/detector-supervisor.ts';
import type { OpenLiveOptions } from './open-live-options.ts';
import { openOutputs, openRecording, planEncodings, rateOf, type LiveEncodings } from './open-outputs.ts';
import { LADDER, type OverloadStep } from './overload.ts';

/**
 * Opens detector, source and outputs and starts a live run. Whoever gets it closes it.
 *
 * @throws VeilError every INPUT_, OUTPUT_, DETECTOR_, ENCODER_ and CONFIG_ reason not to start
 */
export async function openLive(options: OpenLiveOptions): Promise<LiveRun> {
  const binaries = await findBinaries();
  for (const note of binaries.notes) options.logger.info(note);
  const encodings = await planEncodings(options, binaries);
  // First of all: which pictures the source has to make is up to it.
  const worker = await openWorker(options);
  let source: LiveSource | null = null;
  try {
    const looks = planLiveLooks(options.config.look, worker.traits);
    source = await openSource(options, binaries, looks);
    checkDelay(options.delay, source);
    return await startRun(options, { binaries, encodings, worker, looks, source });
  } catch (error) {
    await Promise.all([worker.close(), source?.[Symbol.asyncDispose]()]);
    throw error;
  }
}

interface Opened {
  readonly binaries: Binaries;
  readonly encodings: LiveEncodings;
  readonly worker: DetectorWorker;
  readonly looks: LiveLookPlan;
  readonly source: LiveSource;
}

async function startRun(options: OpenLiveOptions, opened: Opened): Promise<LiveRun> {
  const { config, delay, logger, openPreview } = options;
  const { binaries, encodings, worker, looks, source } = opened;
  const { width, height, hasSound } = source.info;
  if (hasSound) logger.info('Sound is kept, and voices identify people: --audio drop leaves it out.');
  const context = { source, binaries, logger };
  const recording = await openRecording(options, encodings, context);
  let degrade: (taken: readonly OverloadStep[]) => void = () => undefined;
  return LiveRun.start(
    {
      source,
      worker,
      looks,
      delay,
      logger,
      startsCovered: options.startsCovered,
      recorder: recording,
      settings: { style: config.style, cells: config.cells, threshold: config.threshold },
      openAnonymizer: (settings: LiveSettings) =>
        createAnonymizer({ ...config, ...settings, format: 'yuv420p', width, height, logger }),
      steps: LADDER.filter((step) => {
        if (step === 'smaller-looks') return looks.reducedCount !== null;
        return step === 'fewer-looks' || openPreview !== null;
      }),
      onOverload: (taken) => {
        degrade(taken);
      },
    },
    async (run) => {
      const outputs = await openOutputs(options, run, encodings, context);
      if (openPreview !== null) {
        const { path: ffmpeg } = binaries.ffmpeg;
        const { color } = source.info;
        const preview = await openPreview({ run, ffmpeg, frameRate: rateOf(source), color, logger });
        degrade = (taken) => {
          preview.degrade(taken.filter((step) => step.startsWith('preview-')).length);
        };
        outputs.push(preview);
      }
      return recording === null ? outputs : [recording, ...outputs];
    },
  );
}

/** Frames that can't be held back would be thrown away before their time, all of them. */
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
    // Lower than asked for: the threshold can be changed while the run goes on.
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
