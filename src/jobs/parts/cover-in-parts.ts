import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileState } from '../../base/file-identity.ts';
import { programBeside } from '../../base/program-beside.ts';
import type { Detector } from '../../detect/detector.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { tracksText } from '../../documents/tracks-document.ts';
import { VeilError } from '../../errors.ts';
import { silentLogger, type Logger } from '../../logger.ts';
import { anonymizeFile, type AnonymizeFileOptions } from '../../pipeline/file/anonymize-file.ts';
import { checkSideFiles, sideFilesOf } from '../../pipeline/file/check-side-files.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import { whileUnchanged } from '../../pipeline/file/while-unchanged.ts';
import { withAbort } from '../../pipeline/file/with-abort.ts';
import { withDetector } from '../../pipeline/file/with-detector.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import { outputError } from '../../sink/output-error.ts';
import { checkTarget } from '../../sink/target.ts';
import { openTemporaryFolder } from '../../sink/temporary-file.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { JobPool } from '../child/job-pool.ts';
import { joinParts } from './join-parts.ts';
import { linkParts } from './link-parts.ts';
import type { PartTask, PartWork } from './part-program.ts';
import type { ObservedPart, Part, PartPlan, RenderedPart } from './part-types.ts';
import { planParts } from './plan-parts.ts';

export interface PartsRunOptions extends Omit<AnonymizeFileOptions, 'detector'> {
  /** For planning, and for covering in one piece; part processes have their own detectors. */
  readonly detector?: (() => Promise<Detector>) | undefined;
  /** Number of parts in parallel, each in a process of its own. */
  readonly atOnce: number;
  /** Approximate length of a part, seconds; by default it follows from the length of the video. */
  readonly seconds?: number | undefined;
}

/** Shorter parts cost more overlap than they gain, longer ones leave cores idle at the end, seconds. */
const LENGTH = { least: 60, most: 600 };

/** Parts per process: several, so that one slow part does not leave the other processes idle. */
const PARTS_OF_ONE = 2;

/**
 * Covers a video in parallel parts, or in one piece where parts do not fit. Otherwise like `anonymizeFile`.
 */
export function coverInParts(options: PartsRunOptions): Promise<FileResult> {
  return whileUnchanged(options.input, () => cover(options));
}

async function cover(options: PartsRunOptions): Promise<FileResult> {
  const { logger = silentLogger } = options;
  if (options.seconds === undefined && (await secondsOf(options)) < 2 * LENGTH.least)
    return inOnePiece(options);
  const { input, output, config } = options;
  await checkSideFiles(sideFilesOf(options), options, output);
  await checkTarget({ path: output, overwrite: config.overwrite, input, kind: 'video' });
  try {
    return await withAbort(options.signal, (signal) => new PartsRun(options, logger, signal).run());
  } catch (error) {
    if (!(error instanceof VeilError && error.code === 'PARTS_UNFIT')) throw error;
    logger.info(`${input} is covered in one piece. ${error.message}`);
    return inOnePiece(options);
  }
}

function inOnePiece({ detector, ...options }: PartsRunOptions): Promise<FileResult> {
  return anonymizeFile({ ...options, ...(detector === undefined ? {} : { detector: detector() }) });
}

/** Length of the selected range according to the file, seconds. */
async function secondsOf({ input, config, signal }: PartsRunOptions): Promise<number> {
  if (await isPhoto(input)) return 0;
  const { duration, video } = await probe(
    input,
    await findBinaries(),
    signal === undefined ? {} : { signal },
  );
  const end = Math.min(config.end ?? Infinity, video?.duration ?? duration ?? 0);
  return end - (config.start ?? 0);
}

class PartsRun {
  readonly #options: PartsRunOptions;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  readonly #started = performance.now();

  constructor(options: PartsRunOptions, logger: Logger, signal: AbortSignal) {
    this.#options = options;
    this.#logger = logger;
    this.#signal = signal;
  }

  async run(): Promise<FileResult> {
    const { atOnce, output, input, config, reportPath = null, tracksPath = null } = this.#options;
    const before = await fileState(input);
    const plan = await this.#plan();
    const room = plan.parts.length;
    this.#logger.info(
      `${room} parts, ${Math.min(atOnce, room)} at once; they take about as much room as the output.`,
    );
    await using folder = await openTemporaryFolder(resolve(output));
    await using pool = new JobPool<PartWork>(
      programBeside(import.meta.url, 'part-program'),
      atOnce,
      this.#logger,
    );
    const observed = await this.#each<ObservedPart>(plan, pool, 'finding', () => ({ step: 'observe' }));
    const linked = await linkParts(plan, observed, this.#options);
    const tracks = join(folder.path, 'tracks.json');
    await writeFile(tracks, tracksText(linked.tracks), { mode: 0o600, flag: 'wx' }).catch(
      (cause: unknown) => {
        throw outputError(cause, output);
      },
    );
    const fileOf = (part: number): string => join(folder.path, `part-${part}.nut`);
    const rendered = await this.#each<RenderedPart>(plan, pool, 'covering', ({ index }) => ({
      ...{ step: 'render', tracks, file: fileOf(index) },
    }));
    await this.#checkUnchanged(before);
    return await joinParts(
      plan,
      linked,
      rendered.map((part) => ({ ...part, file: fileOf(part.part) })),
      {
        ...{ input, output, config, reportPath, tracksPath, signal: this.#signal, logger: this.#logger },
        elapsed: this.#elapsed,
      },
    );
  }

  async #plan(): Promise<PartPlan> {
    const { atOnce, input, output, config } = this.#options;
    const even = (await secondsOf(this.#options)) / (atOnce * PARTS_OF_ONE);
    const seconds = this.#options.seconds ?? Math.min(LENGTH.most, Math.max(LENGTH.least, even));
    const work = {
      ...{ config, logger: this.#logger, signal: this.#signal },
      detector: this.#options.detector?.(),
    };
    return withDetector(work, (detector, signal) =>
      planParts({ ...{ input, output, config, signal, seconds, detector }, logger: this.#logger }),
    );
  }

  /** Runs a step on all parts, several in parallel. The first failure ends all. */
  #each<Result extends PartWork['result']>(
    plan: PartPlan,
    pool: JobPool<PartWork>,
    stage: Progress['stage'],
    stepOf: (part: Part) => Pick<PartTask, 'step'>,
  ): Promise<Result[]> {
    const { input, output, config } = this.#options;
    const done = plan.parts.map(() => 0);
    return withAbort(this.#signal, (signal) =>
      Promise.all(
        plan.parts.map(async (part) => {
          const task = { ...{ plan, part: part.index, input, output, config }, ...stepOf(part) } as PartTask;
          const onEvent = (frames: number): void => {
            done[part.index] = frames;
            this.#tell(
              stage,
              done.reduce((sum, count) => sum + count, 0),
              plan,
            );
          };
          return (await pool.run(task, { signal, onEvent })) as Result;
        }),
      ),
    );
  }

  #tell(stage: Progress['stage'], framesDone: number, { frames, source }: PartPlan): void {
    const { num, den } = source.info.frameRate;
    this.#options.onProgress?.({
      ...{ stage, framesDone, framesTotal: frames, facesNow: 0, tracks: 0, elapsed: this.#elapsed },
      secondsDone: (framesDone * den) / num,
      secondsTotal: (frames * den) / num,
    });
  }

  /** @throws VeilError INPUT_CHANGED if the input has changed since it was observed */
  async #checkUnchanged(before: string | null): Promise<void> {
    const { input } = this.#options;
    if ((await fileState(input)) === before) return;
    throw new VeilError('INPUT_CHANGED', `${input} has changed while it was covered.`, {
      hint: 'Wait until nothing writes to it any more, and run it again. Nothing was written.',
    });
  }

  /** Seconds since the start. */
  get #elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }
}
