import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createAnonymizer } from '../anonymize/anonymizer.ts';
import { dataFolder, modelFolder } from '../config/data-folder.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { createDetector } from '../detect/create-detector.ts';
import type { Detector } from '../detect/detector.ts';
import { ModelStore } from '../detect/model-store.ts';
import { VeilError } from '../errors.ts';
import type { UncertainSpan, UncertaintyReason } from '../frame/track.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { prepareFile } from '../sink/new-file.ts';
import { checkTarget } from '../sink/target.ts';
import { SceneCutDetector } from '../track/scene-cut.ts';
import { Tracker } from '../track/tracker.ts';
import { openMedia, type Media } from './media.ts';
import { ReportBuilder, type ReportSpan } from './report.ts';
import { run } from './run.ts';
import { planWindow } from './window.ts';

/** How far a run is. */
export interface Progress {
  readonly framesDone: number;
  /** Null when nobody knows. */
  readonly framesTotal: number | null;
  /** Seconds of video. */
  readonly secondsDone: number;
  readonly secondsTotal: number | null;
  /** Faces in the frame that was just written. */
  readonly facesNow: number;
  /** Faces followed so far. */
  readonly tracks: number;
  /** Seconds since the start. */
  readonly elapsed: number;
}

export interface AnonymizeFileOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Path of the file to make. */
  readonly output: string;
  readonly config: ResolvedConfig;
  /** Path of the report; none where it is left out or null. */
  readonly reportPath?: string | null;
  /** Stops the run; nothing comes out (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /** Shared between runs, and closed by whoever made it. Without it the config's detector is made. */
  readonly detector?: Detector;
}

/** What came out. */
export interface FileResult {
  readonly output: string;
  readonly reportPath: string | null;
  readonly frames: number;
  /** Length of the output, seconds. */
  readonly seconds: number;
  /** Seconds that it took. */
  readonly elapsed: number;
  readonly tracks: number;
  /** Spans that somebody should look at. The report has those of weak faces as well. */
  readonly uncertain: readonly ReportSpan[];
  readonly warnings: readonly string[];
}

/**
 * Covers every face in a file. Output and report appear under their names when everything is done and checked,
 * or not at all.
 *
 * @throws VeilError any code; nothing was written then, and the input is as it was
 */
export async function anonymizeFile(options: AnonymizeFileOptions): Promise<FileResult> {
  const { input, output, config, reportPath = null, logger = silentLogger } = options;
  // Tied to the caller's signal, and fired on any failure, so that no child process outlives the run.
  const controller = new AbortController();
  const signal = AbortSignal.any([
    controller.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  if (reportPath !== null) await checkReportPath(reportPath, options);
  const own: Detector[] = [];
  const detector = async (): Promise<Detector> => {
    if (options.detector !== undefined) return options.detector;
    if (own.length === 0) own.push(await createConfiguredDetector(config, logger));
    return own[0]!;
  };
  let media: Media | null = null;
  try {
    media = await openMedia({ input, output, config, detector, signal, logger });
    return await anonymizeMedia(media, await detector(), { ...options, reportPath, logger, signal });
  } catch (error) {
    controller.abort();
    await media?.sink.abort();
    throw error;
  } finally {
    await media?.source[Symbol.asyncDispose]();
    await own[0]?.close();
  }
}

/**
 * The detector that a config names, with stored models at hand.
 *
 * @throws VeilError see `createDetector`
 */
export function createConfiguredDetector(
  config: Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold'>,
  logger: Logger = silentLogger,
): Promise<Detector> {
  const store = new ModelStore(modelFolder());
  const { detector, engine, threshold } = config;
  return createDetector({
    detector,
    engine,
    threshold,
    logger,
    modelPath: (name) => store.resolve(name),
    engineCache: join(dataFolder(), 'engine.json'),
  });
}

async function anonymizeMedia(
  media: Media,
  detector: Detector,
  options: AnonymizeFileOptions & {
    readonly reportPath: string | null;
    readonly logger: Logger;
    readonly signal: AbortSignal;
  },
): Promise<FileResult> {
  const { config, reportPath, logger, signal, onProgress } = options;
  const { source, sink, look } = media;
  const { info } = source;
  const frameRate = info.frameRate.num / info.frameRate.den;
  const delay = planWindow(info, look);
  const tracker = new Tracker({
    width: info.width,
    height: info.height,
    frameRate,
    lookInterval: look.interval * look.every,
    lookAhead: delay.lookAhead,
    trust: detector.traits.trust,
  });
  const anonymizer = await createAnonymizer({
    style: config.style,
    cells: config.cells,
    shape: config.shape,
    padding: config.padding,
    color: config.color,
    anonymizer: config.anonymizer,
    format: info.format,
    width: info.width,
    height: info.height,
    logger,
  });
  const report = new ReportBuilder();
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  let seconds = 0;
  try {
    const frames = await run(
      { source, detector, tracker, cuts: new SceneCutDetector(), anonymizer, sink },
      {
        look,
        delay,
        signal,
        onFrame: ({ frame, boxes }) => {
          report.addFrame(frame, boxes);
          seconds = frame.time + 1 / frameRate;
          onProgress?.({
            framesDone: frame.index + 1,
            framesTotal: info.frameCount,
            secondsDone: seconds,
            secondsTotal: info.frameCount === null ? null : info.frameCount / frameRate,
            facesNow: boxes?.length ?? 0,
            tracks: report.trackCount,
            elapsed: elapsed(),
          });
        },
      },
    );
    const uncertain = report.spans(uncertainIn(media, tracker.uncertain()));
    const warnings = media.notes();
    const document = report.build({
      versions: { ...(await ownVersions()), ...media.versions },
      inputName: basename(options.input),
      output: { name: basename(options.output) },
      info,
      looks: tracker.looks,
      detector: `${detector.name}: ${detector.description}`,
      anonymizer: anonymizer.description,
      config,
      timings: { elapsed: Math.round(elapsed() * 1000) / 1000 },
      tracks: tracker.tracks(),
      uncertain,
      warnings,
    });
    // The report gets its name when the video has its own, so that there is never one without the other.
    const prepared =
      reportPath === null
        ? null
        : await prepareFile(reportPath, `${JSON.stringify(document)}\n`, {
            overwrite: config.overwrite,
            input: options.input,
          });
    try {
      await sink.finish();
      await prepared?.place(config.overwrite);
    } finally {
      await prepared?.remove();
    }
    return {
      output: options.output,
      reportPath,
      frames,
      seconds,
      elapsed: elapsed(),
      tracks: report.trackCount,
      uncertain: uncertain.filter(({ reason }) => !MINOR.includes(reason)),
      warnings: media.notes(),
    };
  } finally {
    await anonymizer.close();
  }
}

/** There are many of them, and hardly one is a face: the report has them. */
const MINOR: readonly UncertaintyReason[] = ['weak-only', 'dismissed'];

/** Said before the work, not after it. */
async function checkReportPath(path: string, { input, output, config }: AnonymizeFileOptions): Promise<void> {
  const report = await checkTarget({ path, overwrite: config.overwrite, input });
  if (report === resolve(output)) {
    throw new VeilError('USAGE', `Output and report would both be ${path}.`, {
      hint: 'Choose another place for the report with --report.',
    });
  }
}

/** A still has no before and after: every face in it is seen once. Only weak ones are worth a look. */
function uncertainIn(media: Media, spans: readonly UncertainSpan[]): readonly UncertainSpan[] {
  return media.kind === 'image' ? spans.filter(({ reason }) => reason === 'weak-only') : spans;
}

async function ownVersions(): Promise<Record<string, string>> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(file) as { version: string };
  return { veil: version, node: process.versions.node };
}
