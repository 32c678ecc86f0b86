import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sha256OfFile } from '../../base/sha256.ts';
import type { Detector } from '../../detect/detector.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { tracksText } from '../../documents/tracks-document.ts';
import { VeilError } from '../../errors.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { joinParts } from '../parts/join-parts.ts';
import { linkParts } from '../parts/link-parts.ts';
import { observePart } from '../parts/observe-part.ts';
import type { LinkedParts, ObservedPart, PartPlan, PartsOptions, RenderedPart } from '../parts/part-types.ts';
import { planParts } from '../parts/plan-parts.ts';
import { renderPart } from '../parts/render-part.ts';
import type { Workplace } from '../storage/destination.ts';
import { nameOf } from '../storage/location.ts';
import type { FileJob } from './file-job.ts';
import { openInput, resultsOf } from './open-job.ts';
import { conclude, configOf, type Attempt, type FileOutcome, type Publisher } from './run-file.ts';

/*
 * Files that the steps of a job in parts pass on. The plan contains the seed of the noise: it is stored beside the
 * output, readable by its owner alone, and never in the queue.
 */
const PLAN = 'plan.json';
const TOOLS = 'ffmpeg.txt';
const LINKED = 'linked.json';
const observedName = (part: number): string => `observed-${part}.json`;
const renderedName = (part: number): string => `rendered-${part}.json`;
const videoName = (part: number, ending: string): string => `rendered-${part}${ending}`;

/**
 * Cuts a file into parts, and writes the plan.
 *
 * @returns the number of parts; null if the file must be worked on as a whole
 * @throws VeilError every INPUT_ reason
 */
export async function planFile(job: FileJob, workplace: Workplace, attempt: Attempt): Promise<number | null> {
  const seconds = job.partSeconds;
  if (seconds === null || job.decided !== null) return null;
  return withParts(job, attempt, async ({ options, detector }) => {
    try {
      const plan = await planParts({ ...options, detector, seconds });
      if (plan.parts.length < 2) return null;
      await attempt.confirm();
      await workplace.write(TOOLS, await ownFfmpeg());
      await workplace.write(PLAN, JSON.stringify(plan));
      return plan.parts.length;
    } catch (error) {
      if (error instanceof VeilError && error.code === 'PARTS_UNFIT') return null;
      throw error;
    }
  });
}

/** Observes one part. A second worker on the same part overwrites the result with an equal one. */
export async function observeOne(
  job: FileJob,
  part: number,
  workplace: Workplace,
  attempt: Attempt,
): Promise<void> {
  const plan = await planOf(workplace);
  const observed = await withParts(job, attempt, ({ options, detector }) =>
    observePart(plan, part, { ...options, detector, onFrames: framesTold('finding', plan, part, attempt) }),
  );
  await attempt.confirm();
  await workplace.write(observedName(part), JSON.stringify(observed));
}

/** Covers one part. */
export async function renderOne(
  job: FileJob,
  part: number,
  workplace: Workplace,
  attempt: Attempt,
): Promise<void> {
  const plan = await planOf(workplace);
  const { tracks } = await readFrom<LinkedParts>(workplace, LINKED);
  const file = join(attempt.scratch.path, videoName(part, endingOf(job)));
  const rendered = await withParts(job, attempt, ({ options }) =>
    renderPart(plan, part, tracks, file, {
      ...options,
      onFrames: framesTold('covering', plan, part, attempt),
    }),
  );
  await attempt.confirm();
  // The name depends on the content, so results of two workers on the same part never mix.
  await workplace.take(videoOf(rendered, job), file);
  await workplace.write(renderedName(part), JSON.stringify(rendered));
}

/** Tracks every face through all parts. */
export async function linkFile(
  job: FileJob,
  parts: number,
  workplace: Workplace,
  attempt: Attempt,
): Promise<LinkedParts> {
  const plan = await planOf(workplace);
  const observed: ObservedPart[] = [];
  for (let part = 0; part < parts; part += 1) observed.push(await readFrom(workplace, observedName(part)));
  const linked = await withParts(job, attempt, ({ options }) =>
    Promise.resolve(linkParts(plan, observed, options)),
  );
  await attempt.confirm();
  await workplace.write(LINKED, JSON.stringify(linked));
  return linked;
}

/**
 * Refuses a file whose parts do not fit because its content has changed.
 *
 * @throws VeilError INPUT_CHANGED
 */
export async function refuseChanged(job: FileJob, workplace: Workplace, attempt: Attempt): Promise<void> {
  const plan = await planOf(workplace);
  await withParts(job, attempt, ({ options }) => checkUnchanged(plan, options));
}

/** Publishes the tracks for a person's review. */
export async function publishTracks(
  job: FileJob,
  { tracks, pts }: LinkedParts,
  publisher: Publisher,
  attempt: Attempt,
): Promise<FileOutcome> {
  await using staging = await publisher.destination.stage();
  await writeFile(join(staging.folder, resultsOf(job).main.name), tracksText(tracks), { mode: 0o600 });
  const result = { frames: pts.length, seconds: 0, tracks: tracks.tracks.length, uncertain: [], doubts: [] };
  return await conclude(job, { result, staging, detector: noDetector }, publisher, attempt);
}

function noDetector(): Promise<Detector> {
  return Promise.reject(new VeilError('INTERNAL', 'Tracks are not audited.'));
}

/** Joins the parts, audits and publishes. */
export async function joinFile(
  job: FileJob,
  parts: number,
  publisher: Publisher,
  attempt: Attempt,
): Promise<FileOutcome> {
  const { workplace } = publisher.destination;
  const plan = await planOf(workplace);
  const linked = await readFrom<LinkedParts>(workplace, LINKED);
  const rendered: (RenderedPart & { readonly file: string })[] = [];
  for (let part = 0; part < parts; part += 1) {
    const facts = await readFrom<RenderedPart>(workplace, renderedName(part));
    const file = await workplace.get(videoOf(facts, job), attempt.scratch.path);
    if (file === null) throw lostStep();
    rendered.push({ ...facts, file });
  }
  return withParts(job, attempt, async (run) => {
    const { options } = run;
    await checkUnchanged(plan, options);
    await using staging = await publisher.destination.stage();
    const result = await joinParts(plan, linked, rendered, {
      ...options,
      output: join(staging.folder, resultsOf(job).main.name),
      reportPath: join(staging.folder, job.report),
      tracksPath: job.tracks === null ? null : join(staging.folder, job.tracks),
    });
    return await conclude(job, { result, staging, detector: () => run.detector }, publisher, attempt);
  });
}

/**
 * Refuses a changed input, whose faces are elsewhere: each part checks only the length of the file.
 *
 * @throws VeilError INPUT_CHANGED
 */
async function checkUnchanged(plan: PartPlan, { input, signal }: PartsOptions): Promise<void> {
  if ((await sha256OfFile(input, signal)) === plan.input.sha256) return;
  throw new VeilError('INPUT_CHANGED', 'The input has changed while its parts were worked on.', {
    hint: 'Wait until nothing writes to it any more, and add it again. Nothing was published.',
  });
}

interface PartsRun {
  readonly options: PartsOptions;
  /** Starts when first awaited. */
  readonly detector: Promise<Detector>;
}

async function withParts<T>(job: FileJob, attempt: Attempt, work: (run: PartsRun) => Promise<T>): Promise<T> {
  const { setup, signal, tell } = attempt;
  tell('fetching');
  await using file = await openInput(job.input, setup, signal);
  const config = configOf(job);
  const { logger } = setup;
  await using lazy = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
  const options = { input: file.path, output: nameOf(job.output), config, signal, logger };
  return await work({
    options,
    get detector() {
      return lazy.get();
    },
  });
}

function framesTold(
  stage: 'finding' | 'covering',
  { parts }: PartPlan,
  part: number,
  { tell }: Attempt,
): (done: number) => void {
  const total = parts[part]?.frames ?? null;
  return (done) => {
    tell(stage, done, total);
  };
}

async function ownFfmpeg(): Promise<string> {
  const { ffmpeg } = await findBinaries();
  return ffmpeg.version;
}

/** @throws VeilError WORKER_DIFFERS if another ffmpeg made the plan: parts of two encoders do not join */
async function planOf(workplace: Workplace): Promise<PartPlan> {
  const [used, own] = [await workplace.read(TOOLS), await ownFfmpeg()];
  if (used !== null && used !== own) {
    throw new VeilError(
      'WORKER_DIFFERS',
      `The file was planned with ffmpeg ${used}, and this worker has ${own}.`,
      {
        hint: 'Install one version of ffmpeg on every worker; then veil queue retry.',
      },
    );
  }
  const plan = await readFrom<PartPlan>(workplace, PLAN);
  if ((plan.format as string) !== 'veil-part-plan/1') throw lostStep();
  return plan;
}

/** Not validated: a worker of the same version wrote it, and changing it needs write access beside the output. */
async function readFrom<T>(workplace: Workplace, name: string): Promise<T> {
  const text = await workplace.read(name);
  if (text === null) throw lostStep();
  return JSON.parse(text) as T;
}

function videoOf({ part, sha256 }: RenderedPart, job: FileJob): string {
  return videoName(part, `-${sha256.slice(0, 16)}${endingOf(job)}`);
}

function endingOf(job: FileJob): string {
  return extname(nameOf(job.output));
}

function lostStep(): VeilError {
  return new VeilError('STORAGE_FAILED', 'What an earlier step of the job left beside the output is gone.', {
    hint: 'Begin anew with veil queue retry.',
  });
}
