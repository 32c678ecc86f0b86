import { dirname, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../../../base/make-folder.ts';
import { ownVersion } from '../../../base/own-version.ts';
import type { ResolvedConfig } from '../../../config/schema.ts';
import { CONTAINER_EXTENSIONS, encodingFor } from '../../../config/encoding.ts';
import { EXIT, exitCodeOf, VeilError } from '../../../errors.ts';
import {
  FILE_JOB_FORMAT,
  type FINDINGS,
  parseFileJob,
  type FileJobText,
} from '../../../jobs/queue/file-job.ts';
import { modelHash } from '../../../jobs/queue/model-hash.ts';
import { PRIORITIES } from '../../../jobs/queue/priorities.ts';
import { QueueClient } from '../../../jobs/queue/queue-client.ts';
import {
  beside,
  locationText,
  nameOf,
  parseLocation,
  type Location,
} from '../../../jobs/storage/location.ts';
import { outputError } from '../../../sink/output-error.ts';
import { expandInputs } from '../../input/inputs.ts';
import { isImage } from '../../input/media-kinds.ts';
import type { Io } from '../../io.ts';
import { configOf } from '../../option-flags.ts';
import { planOutputs } from '../../output/outputs.ts';
import { errorText } from '../../report/error-text.ts';
import { printable } from '../../report/terminal-text.ts';
import { openQueue, wholeNumber, type QueueFlags } from './queue-flags.ts';

/** The flags of `veil queue add` that are not options of config files. */
interface AddFlags extends QueueFlags {
  readonly output?: string;
  readonly priority: string;
  readonly parts: string;
  readonly stopForReview?: true;
  readonly tracks?: string;
  readonly findings: (typeof FINDINGS)[number];
  readonly again?: true;
  readonly json?: true;
}

/** A file and its results. */
interface Planned {
  readonly input: Location;
  readonly output: Location;
  readonly report: string;
  readonly tracks: string;
}

/**
 * Runs `veil queue add`.
 *
 * @returns the exit code
 * @throws VeilError for errors of the call as a whole
 */
export async function queueAdd(files: readonly string[], command: Command, io: Io): Promise<number> {
  const flags = command.opts<AddFlags>();
  const { config } = await configOf(command);
  if (flags.tracks !== undefined && files.length !== 1) throw usage('--tracks is for one input.');
  const priority = wholeNumber(flags.priority, '--priority', PRIORITIES.first, PRIORITIES.last);
  const common = await commonOf(flags, config);
  const elsewhere = files.filter((file) => /^(?:s3|file):/.test(file));
  const local = files.filter((file) => !elsewhere.includes(file));
  const { planned, problems } = await planLocal(local, config, flags);
  const all = [...elsewhere.map((text) => planElsewhere(text, config, flags.output)), ...planned];
  const jobs = all.map((plan) => jobOf(plan, common));
  // Validate all jobs before adding the first.
  for (const job of jobs) parseFileJob(job);
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  const errors = problems.map(({ error }) => error);
  for (const job of jobs) {
    try {
      const { id, outcome } = await client.add(job, { priority, again: flags.again === true });
      io.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ type: 'job', id, outcome, input: job.input, output: job.output })}\n`
          : `${id}  ${OUTCOMES[outcome]}  ${printable(job.input)} → ${printable(job.output)}\n`,
      );
    } catch (error) {
      // Another job makes the same output; the other files can still be added.
      if (!(error instanceof VeilError && error.code === 'OUTPUT_EXISTS')) throw error;
      errors.push(error);
    }
  }
  for (const error of errors) io.stderr.write(`veil: ${errorText(error, false)}\n`);
  return errors.length === 0 ? EXIT.done : exitCodeOf(errors[0]);
}

const OUTCOMES = {
  added: 'added',
  known: 'is in the queue already',
  done: 'was done before (--again does it once more)',
} as const;

/** Fields shared by all jobs of a call. */
type Common = Pick<
  FileJobText,
  'format' | 'decided' | 'settings' | 'partSeconds' | 'stopsForReview' | 'findings' | 'version' | 'model'
>;

async function commonOf(flags: AddFlags, config: ResolvedConfig): Promise<Common> {
  if (/\.onnx$/i.test(config.detector)) {
    throw usage(
      'A queue takes detectors by name, not by path.',
      'Store it on every machine: veil models add FILE.',
    );
  }
  if (config.seal) throw usage('--seal is not for queues: the report holds the same checksums.');
  return {
    format: FILE_JOB_FORMAT,
    decided: flags.tracks === undefined ? null : locationText(locationOf(flags.tracks)),
    settings: { ...config, report: true },
    partSeconds: flags.parts === 'off' ? null : wholeNumber(flags.parts, '--parts', 2, 3600),
    stopsForReview: flags.stopForReview === true,
    findings: flags.findings,
    version: ownVersion(),
    model: await modelHash(config.detector),
  };
}

function jobOf({ input, output, report, tracks }: Planned, common: Common): FileJobText {
  return {
    ...common,
    input: locationText(input),
    output: locationText(output),
    report,
    tracks: common.decided === null ? tracks : null,
  };
}

/** Files on this machine, named as by `veil blur`. */
async function planLocal(
  files: readonly string[],
  config: ResolvedConfig,
  flags: AddFlags,
): Promise<{ planned: Planned[]; problems: readonly { readonly error: unknown }[] }> {
  if (files.length === 0) return { planned: [], problems: [] };
  const { inputs, problems, severalAsked } = await expandInputs(files);
  const outputs = await planOutputs(inputs, {
    output: flags.output,
    report: true,
    video: config.video,
    several: severalAsked,
    keepsTracks: true,
    reportsPhotos: true,
  });
  const planned: Planned[] = [];
  for (const { input, output, report, tracks } of outputs) {
    await makeFolder(dirname(output)).catch((cause: unknown) => {
      throw outputError(cause, output);
    });
    const place = locationOf(resolve(output));
    planned.push({
      input: locationOf(resolve(input)),
      output: place,
      report: nameOf(locationOf(resolve(report!))),
      tracks: nameOf(locationOf(resolve(tracks!))),
    });
  }
  return { planned, problems };
}

/** A file that may be inaccessible from this machine. */
function planElsewhere(text: string, config: ResolvedConfig, output: string | undefined): Planned {
  const input = locationOf(text);
  const stem = nameOf(input).slice(0, nameOf(input).length - extname(nameOf(input)).length);
  const name = `${stem}.veil${endingFor(nameOf(input), config)}`;
  const place = output === undefined ? beside(input, name) : placeOf(output, name);
  // Side files of a photo carry its whole name, as with local files.
  const side = isImage(nameOf(input)) ? `${nameOf(input)}.veil` : stemOf(nameOf(place));
  return { input, output: place, report: `${side}.report.json`, tracks: `${side}.tracks.json` };
}

function placeOf(output: string, name: string): Location {
  return locationOf(output.endsWith('/') ? `${output}${name}` : output);
}

function endingFor(name: string, config: ResolvedConfig): string {
  const ending = extname(name);
  if (isImage(name)) return ending;
  if (!CONTAINER_EXTENSIONS.includes(ending.toLowerCase())) return '.mp4';
  try {
    encodingFor(config.video, name);
    return ending;
  } catch (error) {
    if (error instanceof VeilError) return '.mp4';
    throw error;
  }
}

/** `a.veil` for `a.veil.mp4` and `a.mp4`. */
function stemOf(name: string): string {
  const stem = name.slice(0, name.length - extname(name).length);
  return stem.endsWith('.veil') ? stem : `${stem}.veil`;
}

function locationOf(text: string): Location {
  const location = parseLocation(/^(?:s3|file):/.test(text) ? text : `file:${resolve(text)}`);
  if (location !== null) return location;
  throw usage(
    `${text} is not a place that a queue can name.`,
    'Write file:/absolute/path or s3://bucket/key.',
  );
}

function usage(message: string, hint?: string): VeilError {
  return new VeilError('USAGE', message, hint === undefined ? {} : { hint });
}
