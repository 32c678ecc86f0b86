import type { FlowProducer, Job } from 'bullmq';
import type { Destination } from '../storage/destination.ts';
import type { ScratchFolder } from '../storage/scratch.ts';
import { isLastAttempt, openAttempt, type Held, type Processing } from './attempt.ts';
import { cancelFile } from './cancel.ts';
import { QUEUE } from './engine.ts';
import { earlierFailure } from './failure.ts';
import type { FileJob } from './file-job.ts';
import { checkWorker, openDestination } from './open-job.ts';
import {
  idOfPart,
  parseFileData,
  parseFileId,
  type FileData,
  type FileState,
  type PartData,
  type PartStep,
} from './part-job.ts';
import { JOB_OPTIONS, partPriority } from './priorities.ts';
import { runWholeFile, type Attempt, type FileOutcome, type Publisher } from './run-file.ts';
import { joinFile, linkFile, planFile, publishTracks } from './run-parts.ts';

/** A job of a file that is worked on. */
interface HeldFile extends Held {
  readonly job: Job<FileData>;
}

/**
 * Does the next step of a file. A step that ends with parts to do lets the job wait for them.
 *
 * @throws VeilError any code, and the engine's error that says that the job waits
 */
export async function processFile(held: HeldFile, processing: Processing): Promise<FileOutcome> {
  const id = parseFileId(held.job.id);
  const { job: file, state } = parseFileData(held.job.data);
  const keeper = new StateKeeper(held.job, state);
  await using scratch = await processing.setup.scratch.open();
  const attempt = await openAttempt(held, id, scratch, processing).catch(async (error: unknown) => {
    if (isLastAttempt(held, error)) await cleanUp(file, { held, keeper, scratch }, processing);
    throw error;
  });
  try {
    await checkWorker(file, processing.setup);
    const destination = await destinationOf(file, { held, keeper, scratch }, processing);
    if (await isPublished(destination, state)) {
      return { outcome: file.stopsForReview ? 'review' : 'published' };
    }
    if (state.step === 'begin') await destination.check();
    const remember = (sha256: string): Promise<void> =>
      keeper.change({ published: [...keeper.state.published, sha256].slice(-MOST_HASHES) });
    const publisher = { destination, remember };
    return await step(file, { held, keeper, attempt, publisher }, processing);
  } catch (error) {
    if (isLastAttempt(held, error)) await cleanUp(file, { held, keeper, scratch }, processing);
    throw error;
  }
}

/** As many attempts are remembered. */
const MOST_HASHES = 50;

interface Step {
  readonly held: HeldFile;
  readonly keeper: StateKeeper;
  readonly attempt: Attempt;
  readonly publisher: Publisher;
}

async function step(file: FileJob, now: Step, processing: Processing): Promise<FileOutcome> {
  const { held, keeper, attempt, publisher } = now;
  const { workplace } = publisher.destination;
  const { parts } = keeper.state;
  switch (keeper.state.step) {
    case 'begin': {
      const planned = await planFile(file, workplace, attempt);
      if (planned === null) return runWholeFile(file, publisher, attempt);
      await keeper.change({ step: 'link', parts: planned });
      return waitForParts('detect', held, keeper, processing);
    }
    case 'link': {
      await refuseFailedParts(held.job, keeper.state, 'detect');
      const linked = await linkFile(file, parts, workplace, attempt);
      if (file.stopsForReview) return publishTracks(file, linked, publisher, attempt);
      await keeper.change({ step: 'join' });
      return waitForParts('render', held, keeper, processing);
    }
    case 'join':
      await refuseFailedParts(held.job, keeper.state, 'render');
      return joinFile(file, parts, publisher, attempt);
  }
}

/**
 * Adds the parts of a step as children of the file, each once however often this is done, and waits for them.
 *
 * @throws the engine's error that says so
 */
async function waitForParts(
  partStep: PartStep,
  { job, token }: HeldFile,
  keeper: StateKeeper,
  { engine }: Processing,
): Promise<never> {
  const { run, parts } = keeper.state;
  const file = parseFileId(job.id);
  const flows = new engine.bullmq.FlowProducer({ connection: engine.redis });
  flows.on('error', () => undefined);
  try {
    await addParts(
      flows,
      job,
      Array.from({ length: parts }, (_, part) => ({ file, run, part, step: partStep })),
    );
  } finally {
    await flows.close();
  }
  // What has begun is ended first, before other files are begun.
  await job.changePriority({ priority: partPriority(job.opts.priority) });
  if (await job.moveToWaitingChildren(token)) throw new engine.bullmq.WaitingChildrenError();
  // All are done already: an earlier attempt waited for them.
  await job.moveToWait(token);
  throw new engine.bullmq.WaitingError();
}

async function addParts(
  flows: FlowProducer,
  job: Job<FileData>,
  parts: readonly {
    readonly file: string;
    readonly run: number;
    readonly part: number;
    readonly step: PartStep;
  }[],
): Promise<void> {
  const priority = partPriority(job.opts.priority);
  await flows.addBulk(
    parts.map(({ file, run, part, step: name }) => ({
      name,
      queueName: QUEUE,
      data: { job: job.data.job, file, run, part } satisfies PartData,
      opts: {
        ...JOB_OPTIONS,
        jobId: idOfPart(file, { run, step: name, part }),
        priority,
        parent: { id: file, queue: job.queueQualifiedName },
        // The file is told at once, and ends the others.
        continueParentOnFailure: true,
      },
    })),
  );
}

/** @throws VeilError what the first part failed with */
async function refuseFailedParts(job: Job, { run }: FileState, partStep: PartStep): Promise<void> {
  const failures = Object.entries(await job.getIgnoredChildrenFailures());
  // Those of earlier runs have other ids.
  const ours = failures.filter(([key]) => key.includes(`-${run}-${partStep}-`));
  const [first] = ours;
  if (first !== undefined) throw earlierFailure(first[1]);
}

/** Whether an earlier attempt got so far that the results are there, or about to be. */
async function isPublished(destination: Destination, { published }: FileState): Promise<boolean> {
  if (await destination.recover()) return true;
  if (published.length === 0) return false;
  const hash = await destination.hash();
  return hash !== null && published.includes(hash);
}

interface Place {
  readonly held: HeldFile;
  readonly keeper: StateKeeper;
  readonly scratch: ScratchFolder;
}

function destinationOf(
  file: FileJob,
  { held, keeper, scratch }: Place,
  { setup }: Processing,
): Promise<Destination> {
  return openDestination(file, parseFileId(held.job.id), setup, {
    scratch,
    // What is to be removed is removed also where the work was stopped.
    signal: held.signal,
    upload: {
      open: keeper.state.upload,
      remember: (upload) => keeper.change({ upload }),
    },
  });
}

/** After the last attempt nothing of the job stays, and its parts end. */
async function cleanUp(file: FileJob, place: Place, processing: Processing): Promise<void> {
  const { held } = place;
  const id = parseFileId(held.job.id);
  try {
    if (place.keeper.state.parts > 0) {
      await cancelFile(processing.engine, id);
      await held.job.removeUnprocessedChildren();
    }
    const unstopped = { ...held, signal: new AbortController().signal };
    const destination = await destinationOf(file, { ...place, held: unstopped }, processing);
    await destination.recover();
    await destination.workplace.remove();
  } catch (error) {
    // The reason of the failure is told, not that of the tidying.
    processing.setup.logger.debug(`${id}: ${String(error)}`);
  }
}

/** Keeps how far a file is, with its job. */
class StateKeeper {
  readonly #job: Job<FileData>;
  state: FileState;

  constructor(job: Job<FileData>, state: FileState) {
    this.#job = job;
    this.state = state;
  }

  async change(changes: Partial<FileState>): Promise<void> {
    this.state = { ...this.state, ...changes };
    await this.#job.updateData({ job: this.#job.data.job, state: this.state });
  }
}
