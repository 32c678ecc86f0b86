import type { FlowProducer, Job } from 'bullmq';
import { VeilError } from '../../errors.ts';
import type { Destination } from '../storage/destination.ts';
import type { ScratchFolder } from '../storage/scratch.ts';
import { isLastAttempt, openAttempt, type Held, type Processing } from './attempt.ts';
import { cancelRun } from './cancel.ts';
import { QUEUE } from './engine.ts';
import { earlierFailure, failureText } from './failure.ts';
import type { FileJob } from './file-job.ts';
import { Lease } from './lease.ts';
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
import { joinFile, linkFile, planFile, publishTracks, refuseChanged } from './run-parts.ts';

/** A file job in progress. */
interface HeldFile extends Held {
  readonly job: Job<FileData>;
}

/**
 * Does the next step of a file. After a step that adds parts, the job waits for them.
 *
 * @throws VeilError any code, and BullMQ's error by which a job starts to wait
 */
export async function processFile(held: HeldFile, processing: Processing): Promise<FileOutcome> {
  const id = parseFileId(held.job.id);
  const { job: file, state } = parseFileData(held.job.data);
  const keeper = new StateKeeper(held.job, state, leaseOf(held, processing));
  await using scratch = await processing.setup.scratch.open();
  const attempt = await openAttempt(held, { file: id, run: state.run }, scratch, processing).catch(
    async (error: unknown) => {
      if (isLastAttempt(held, error)) await cleanUp(file, { held, keeper, scratch }, processing);
      throw error;
    },
  );
  try {
    await checkWorker(file, processing.setup);
    const destination = await destinationOf(file, { held, keeper, scratch }, processing);
    if (await isPublished(destination, state)) {
      await destination.workplace.remove();
      return { outcome: file.stopsForReview ? 'review' : 'published' };
    }
    if (state.step === 'begin') await destination.check();
    const remember = (sha256: string): Promise<void> =>
      keeper.change({ published: [...keeper.state.published, sha256].slice(-MOST_HASHES) });
    const publisher = { destination, remember };
    return await stepOrWhole(file, { held, keeper, attempt, publisher }, processing);
  } catch (error) {
    if (isLastAttempt(held, error)) await cleanUp(file, { held, keeper, scratch }, processing);
    throw error;
  }
}

/** Limit of remembered attempts to publish. */
const MOST_HASHES = 50;

interface Step {
  readonly held: HeldFile;
  readonly keeper: StateKeeper;
  readonly attempt: Attempt;
  readonly publisher: Publisher;
}

/** Does a step; if parts turn out not to fit, covers the file as a whole. */
async function stepOrWhole(file: FileJob, now: Step, processing: Processing): Promise<FileOutcome> {
  try {
    return await step(file, now, processing);
  } catch (error) {
    if (!(error instanceof VeilError && error.code === 'PARTS_UNFIT')) throw error;
    await refuseChanged(file, now.publisher.destination.workplace, now.attempt);
    processing.setup.logger.debug(`${now.held.job.id ?? ''} is worked on as a whole: ${error.message}`);
    await now.keeper.change({ step: 'whole' });
    return stepWhole(file, now, processing);
  }
}

/**
 * Removes parts that were not begun, those of earlier runs too, and waits for the others: BullMQ ends no job before its
 * children.
 */
async function stepWhole(
  file: FileJob,
  { held, attempt, publisher }: Step,
  processing: Processing,
): Promise<FileOutcome> {
  await held.job.removeUnprocessedChildren();
  await waitWhilePending(held, processing);
  return runWholeFile(file, publisher, attempt);
}

/** @throws BullMQ's error by which a job starts to wait, while a part is pending */
async function waitWhilePending({ job, token }: HeldFile, { engine }: Processing): Promise<void> {
  if (await job.moveToWaitingChildren(token)) throw new engine.bullmq.WaitingChildrenError();
}

async function step(file: FileJob, now: Step, processing: Processing): Promise<FileOutcome> {
  const { held, keeper, attempt, publisher } = now;
  const { workplace } = publisher.destination;
  const { parts } = keeper.state;
  switch (keeper.state.step) {
    case 'begin': {
      const planned = await planFile(file, workplace, attempt);
      if (planned === null) return stepWhole(file, now, processing);
      await keeper.change({ step: 'link', parts: planned });
      return waitForParts('detect', held, keeper, processing);
    }
    case 'link': {
      await refuseFailedParts(held.job, keeper.state, 'detect');
      await waitWhilePending(held, processing);
      const linked = await linkFile(file, parts, workplace, attempt);
      if (file.stopsForReview) return publishTracks(file, linked, publisher, attempt);
      await keeper.change({ step: 'join' });
      return waitForParts('render', held, keeper, processing);
    }
    case 'join':
      await refuseFailedParts(held.job, keeper.state, 'render');
      await waitWhilePending(held, processing);
      return joinFile(file, parts, publisher, attempt);
    case 'whole':
      return stepWhole(file, now, processing);
  }
}

/**
 * Adds the parts of a step as children of the file, without duplicates, and waits for them.
 *
 * @throws BullMQ's error by which a job starts to wait
 */
async function waitForParts(
  partStep: PartStep,
  held: HeldFile,
  keeper: StateKeeper,
  processing: Processing,
): Promise<never> {
  const { job, token } = held;
  const { engine } = processing;
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
  // Finish this file before other files are begun.
  await job.changePriority({ priority: partPriority(job.opts.priority) });
  await waitWhilePending(held, processing);
  // No part is left: an earlier attempt waited for them.
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
        // The file learns of the failure at once, and ends the other parts.
        continueParentOnFailure: true,
      },
    })),
  );
}

/** @throws VeilError the first failure of a part */
async function refuseFailedParts(job: Job, { run }: FileState, partStep: PartStep): Promise<void> {
  const failures = Object.entries(await job.getIgnoredChildrenFailures());
  // Parts of earlier runs have other ids; where one of them fails, the job comes back although ours are pending.
  const ours = failures.filter(([key]) => key.includes(`-${run}-${partStep}-`));
  const [first] = ours;
  if (first !== undefined) throw earlierFailure(first[1]);
}

/** Whether an earlier attempt has published the results, or got far enough to finish that now. */
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
    // Removal must work after a stop, too: cleanUp passes a fresh signal.
    signal: held.signal,
    upload: {
      open: keeper.state.upload,
      remember: (upload) => keeper.change({ upload }),
    },
  });
}

/** After the last attempt, removes everything unpublished and ends the parts. */
async function cleanUp(file: FileJob, place: Place, processing: Processing): Promise<void> {
  const { held } = place;
  const id = parseFileId(held.job.id);
  try {
    // Do not clean up what another worker owns by now.
    await leaseOf(held, processing).confirm();
    if (place.keeper.state.parts > 0) {
      await cancelRun(processing.engine, { file: id, run: place.keeper.state.run });
      await held.job.removeUnprocessedChildren();
    }
    const unstopped = { ...held, signal: new AbortController().signal };
    const destination = await destinationOf(file, { ...place, held: unstopped }, processing);
    await destination.discard();
  } catch (error) {
    // The job reports its own failure, not that of the clean-up.
    processing.setup.logger.warn(`${id} may have left something beside its output: ${failureText(error)}`);
  }
}

function leaseOf({ job, token }: HeldFile, { leaseMs }: Processing): Lease {
  return new Lease(job, token, leaseMs);
}

/** Keeps the state of a file in its job. */
class StateKeeper {
  readonly #job: Job<FileData>;
  readonly #lease: Lease;
  state: FileState;

  constructor(job: Job<FileData>, state: FileState, lease: Lease) {
    this.#job = job;
    this.#lease = lease;
    this.state = state;
  }

  /** @throws VeilError JOB_LOST, so that it never overwrites the state of another worker */
  async change(changes: Partial<FileState>): Promise<void> {
    await this.#lease.confirm();
    this.state = { ...this.state, ...changes };
    await this.#job.updateData({ job: this.#job.data.job, state: this.state });
  }
}
