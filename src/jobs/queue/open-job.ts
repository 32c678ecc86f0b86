import { mkdtemp } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ownVersion } from '../../base/own-version.ts';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Destination, Results } from '../storage/destination.ts';
import { FileDestination } from '../storage/file-destination.ts';
import { beside, locationText, nameOf, type Location } from '../storage/location.ts';
import type { Roots } from '../storage/roots.ts';
import { S3Destination } from '../storage/s3-destination.ts';
import type { S3 } from '../storage/s3.ts';
import type { Scratch, ScratchFolder } from '../storage/scratch.ts';
import type { FileJob } from './file-job.ts';

/** What a worker is allowed and able to do. */
export interface WorkerSetup {
  readonly roots: Roots;
  readonly scratch: Scratch;
  /** Opened when a job first names such a place. */
  readonly s3: () => Promise<S3>;
  /** Whether jobs may replace files. */
  readonly canOverwrite: boolean;
  /** Checksum of the network of a detector on this machine. */
  readonly modelHash: (detector: string) => Promise<string>;
  readonly logger: Logger;
}

/**
 * Refuses a job for which this worker is not the right one: results of different versions are never mixed.
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

/** What a job makes in the end. */
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
 * Opens the place where the results of a job go.
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
  return new FileDestination({ folder, results, id: short, overwrite });
}

/**
 * A file that a job names, where this machine can read it: on the shared folder, or fetched.
 *
 * @returns its path, whose last part is the name of the file
 * @throws VeilError JOB_REFUSED, INPUT_…, OUTPUT_DISK_FULL, STORAGE_FAILED
 */
export async function localCopy(
  location: Location,
  setup: WorkerSetup,
  { scratch, signal }: { readonly scratch: ScratchFolder; readonly signal: AbortSignal },
): Promise<string> {
  if (location.kind === 'file') return setup.roots.fileToRead(location.path);
  setup.roots.checkS3(location);
  const s3 = await setup.s3();
  const facts = await s3.facts(location, signal);
  if (facts === null) {
    throw new VeilError('INPUT_NOT_FOUND', `${locationText(location)} does not exist.`, {
      hint: 'Check bucket and key.',
    });
  }
  await scratch.reserve(facts.bytes);
  const folder = await mkdtemp(join(scratch.path, 'in-'));
  // Of the name in storage only the ending decides anything; it is kept for the report.
  const path = join(folder, safeName(nameOf(location)));
  await s3.fetch(location, path, signal);
  return path;
}

/** A name that no program takes for anything but a file, on every file system. */
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
