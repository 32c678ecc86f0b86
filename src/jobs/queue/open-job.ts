import { randomUUID } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { ownVersion } from '../../base/own-version.ts';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Destination, Results } from '../storage/destination.ts';
import type { FetchedInputs, InputFile } from '../storage/fetched-inputs.ts';
import { FileDestination } from '../storage/file-destination.ts';
import { beside, locationText, nameOf, type Location } from '../storage/location.ts';
import type { Roots } from '../storage/roots.ts';
import { S3Destination } from '../storage/s3-destination.ts';
import type { S3 } from '../storage/s3.ts';
import type { Scratch, ScratchFolder } from '../storage/scratch.ts';
import type { FileJob } from './file-job.ts';

/** Permissions and resources of a worker. */
export interface WorkerSetup {
  readonly roots: Roots;
  readonly scratch: Scratch;
  readonly inputs: FetchedInputs;
  /** Called when a job first names a location in S3. */
  readonly s3: () => Promise<S3>;
  /** Whether jobs may replace files. */
  readonly canOverwrite: boolean;
  /** Checksum of the network of a detector on this machine. */
  readonly modelHash: (detector: string) => Promise<string>;
  readonly logger: Logger;
}

/**
 * Refuses a job that does not match this worker: results of different versions are never mixed.
 *
 * @throws VeilError WORKER_DIFFERS, JOB_REFUSED
 */
export async function checkWorker(job: FileJob, { modelHash, canOverwrite }: WorkerSetup): Promise<void> {
  const own = ownVersion();
  if (job.version !== own) {
    throw differs(`The job is for Veil ${job.version}, and this worker runs ${own}.`);
  }
  const { detector } = job.settings;
  if ((await modelHash(detector)) !== job.model) {
    throw differs(`This worker has another network for the detector ${detector} than the job asks for.`);
  }
  if (job.settings.overwrite && !canOverwrite) {
    throw new VeilError('JOB_REFUSED', 'This worker does not replace files.', {
      hint: 'Start it with --overwrite to allow that, or add the job without.',
    });
  }
}

/** The results of a job. */
export function resultsOf(job: FileJob): Results {
  const tracks = job.tracks === null ? [] : [{ name: job.tracks, kind: 'tracks' } as const];
  if (job.stopsForReview) return { main: tracks[0]!, sides: [] };
  const name = nameOf(job.output);
  return {
    main: { name, kind: /\.(?:jpe?g|png|webp)$/i.test(name) ? 'image' : 'video' },
    sides: [{ name: job.report, kind: 'report' }, ...tracks],
  };
}

/**
 * Opens the destination of the results of a job.
 *
 * @param id of the job
 * @throws VeilError JOB_REFUSED, OUTPUT_UNWRITABLE, QUEUE_UNAVAILABLE
 */
export async function openDestination(
  job: FileJob,
  id: string,
  setup: WorkerSetup,
  run: {
    readonly scratch: ScratchFolder;
    readonly signal: AbortSignal;
    readonly upload: { readonly open: string | null; remember(id: string | null): Promise<void> };
  },
): Promise<Destination> {
  const results = resultsOf(job);
  const target = beside(job.output, results.main.name);
  const { overwrite } = job.settings;
  const short = id.replace(/^file-/, '');
  if (target.kind === 's3') {
    setup.roots.checkS3(target);
    return new S3Destination({ s3: await setup.s3(), target, results, id: short, overwrite, ...run });
  }
  const folder = dirname(await setup.roots.fileToWrite(target.path));
  const input = job.input.kind === 'file' ? job.input.path : '';
  return new FileDestination({ folder, input, results, id: short, overwrite });
}

/**
 * Makes a file of a job readable on this machine: in the shared folder, or by fetching it. The last part of the
 * returned path is the name of the file.
 *
 * @throws VeilError JOB_REFUSED, INPUT_…, OUTPUT_DISK_FULL, STORAGE_FAILED
 */
export async function openInput(
  location: Location,
  { roots, s3: open, inputs }: WorkerSetup,
  signal: AbortSignal,
): Promise<InputFile> {
  if (location.kind === 'file') {
    return {
      path: await roots.fileToRead(location.path),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  roots.checkS3(location);
  const s3 = await open();
  const facts = await s3.facts(location, signal);
  if (facts === null) {
    throw new VeilError('INPUT_NOT_FOUND', `${locationText(location)} does not exist.`, {
      hint: 'Check bucket and key.',
    });
  }
  const version = JSON.stringify([locationText(location), facts.etag ?? randomUUID(), facts.bytes]);
  return inputs.open(version, async (folder) => {
    await folder.reserve(facts.bytes);
    // The report names the file. Otherwise only the extension matters.
    const path = join(folder.path, safeName(nameOf(location)));
    await s3.fetch(location, path, signal);
    return path;
  });
}

/** A name that every program and file system takes for a plain file. */
function safeName(name: string): string {
  const ending = extname(name)
    .replaceAll(/[^.A-Za-z0-9]/g, '')
    .slice(0, 10);
  const stem = basename(name, extname(name))
    .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')
    .slice(0, 60);
  return `${/^[.-]/.test(stem) ? '_' : ''}${stem}${ending}`;
}

function differs(message: string): VeilError {
  return new VeilError('WORKER_DIFFERS', message, {
    hint: 'Run one version of Veil, with the same models, on every worker; then veil queue retry.',
  });
}
