import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { auditFile } from '../../src/audit/audit-file.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { readCoveredTracks } from '../../src/documents/read-report.ts';
import { ERROR_CODES } from '../../src/error-codes.ts';
import { VeilError, type ErrorCode } from '../../src/errors.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { silentLogger } from '../../src/logger.ts';
import { startDetectorProcess, type DetectorProcess } from '../../src/observe/detector-process.ts';
import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';
import type { BaseFile } from './base-files.ts';
import { count, newTally, problemText, sha256, type Tally } from './case.ts';
import { childrenOf } from './children.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { Random } from '../random.ts';

/** Milliseconds that one file may take. */
const TIME_LIMIT = 120_000;
/** Milliseconds that building the program may take on a busy machine. */
const BUILD_LIMIT = 600_000;

/** Bytes that this process may take. */
const MEMORY = 2 * 1024 ** 3;

/** Errors that say nothing of what is wrong with the file. */
const UNEXPLAINED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INTERNAL',
  'OUTPUT_CHECK_FAILED',
  'ENCODER_FAILED',
  'DETECTOR_FAILED',
]);

/** Every n-th file is given to the program itself. */
const BY_PROGRAM = 8;

/** Covers damaged files, and looks at what comes out and what is left. */
export async function runFiles(
  { folder, files }: { readonly folder: string; readonly files: readonly BaseFile[] },
  seeds: Iterable<number>,
  until: number,
): Promise<Tally> {
  const tally = newTally();
  const config = resolveConfig({
    style: 'solid',
    effort: 'fast',
    video: { preset: 'ultrafast' },
    anonymizer: 'cpu',
  });
  // Else the first call of the program builds it.
  const build = new URL('../build-if-stale.js', import.meta.url).pathname;
  await capture(process.execPath, [build], { timeoutMs: BUILD_LIMIT });
  const detector = await startDetectorProcess({ config, logger: silentLogger });
  const known = new Set(await childrenOf(process.pid));
  try {
    for (const seed of seeds) {
      if (Date.now() > until) break;
      const fuzzed = await prepare(seed, folder, files);
      const failed = (problem: string): void => {
        tally.failures.push({ seed, target: fuzzed.name, problem });
      };
      const outcome =
        seed % BY_PROGRAM === 0
          ? await byProgram(fuzzed, failed)
          : await byPipeline(fuzzed, { config, detector }, failed);
      count(tally, outcome);
      await checkRemains(fuzzed, known, failed);
      await rm(fuzzed.folder, { recursive: true });
    }
  } finally {
    await detector.close();
  }
  return tally;
}

/** A damaged file in a folder of its own. */
interface FuzzedFile {
  readonly name: string;
  readonly folder: string;
  readonly input: string;
  readonly output: string;
  readonly report: string;
  readonly sha256: string;
}

type Failed = (problem: string) => void;

async function prepare(seed: number, root: string, files: readonly BaseFile[]): Promise<FuzzedFile> {
  const random = new Random(seed);
  const { name, bytes } = random.pick(files);
  const isPhoto = name.startsWith('photo.');
  const folder = join(root, `case-${seed}`);
  await mkdir(folder);
  const input = join(folder, `in${extname(name)}`);
  const damaged = mutateBytes(bytes, random);
  await writeFile(input, damaged);
  const ending = isPhoto ? random.pick(['png', 'jpg']) : random.pick(['mp4', 'mp4', 'mkv', 'mov', 'webm']);
  const [output, report] = [join(folder, `out.${ending}`), join(folder, 'report.json')];
  return { name, folder, input, output, report, sha256: sha256(damaged) };
}

async function byPipeline(
  { input, output, report }: FuzzedFile,
  { config, detector }: { config: ReturnType<typeof resolveConfig>; detector: DetectorProcess },
  failed: Failed,
): Promise<string> {
  const signal = AbortSignal.timeout(TIME_LIMIT);
  try {
    await anonymizeFile({ input, output, config, detector, reportPath: report, signal });
    const audit = await auditFile({
      path: output,
      detector,
      report: await readCoveredTracks(report),
      signal,
    });
    const [surest] = audit.findings;
    if (surest !== undefined) failed(`a face is open in the output, score ${surest.score.toFixed(2)}`);
    return 'done';
  } catch (error) {
    if (signal.aborted) failed(`it hangs: no end after ${TIME_LIMIT / 1000} s`);
    else if (!(error instanceof VeilError) || UNEXPLAINED.has(error.code)) failed(problemText(error));
    return error instanceof VeilError ? error.code : 'no code';
  }
}

async function byProgram({ input, output, report }: FuzzedFile, failed: Failed): Promise<string> {
  const program = new URL('../../bin/veil.js', import.meta.url).pathname;
  const paths = [input, '-o', output, '--report', report, '--no-tracks'];
  const args = ['blur', ...paths, '--preset', 'ultrafast', '--effort', 'fast'];
  try {
    const options = { timeoutMs: TIME_LIMIT };
    const { code, stderr } = await capture(process.execPath, [program, ...args], options);
    if (code === null || ![0, 1, 2, 3].includes(code)) failed(`exit code ${code ?? 'none'}`);
    if (/^\s+at .+:\d+:\d+\)?$/m.test(stderr)) failed(`a trace: ${stderr.slice(0, 300)}`);
    const [, told] = /\[([A-Z_]+)\]/.exec(stderr) ?? [];
    const isError = code === 1 || code === 2;
    if (isError && (told === undefined || !(told in ERROR_CODES))) failed(`no code: ${stderr.slice(0, 300)}`);
    if (UNEXPLAINED.has(told as ErrorCode)) failed(stderr.slice(0, 300));
    return isError ? (told ?? 'no code') : 'done';
  } catch (error) {
    failed(problemText(error));
    return 'hung';
  }
}

/** Checks that the input is unchanged and nothing is left behind. */
async function checkRemains(
  { folder, input, output, report, sha256: before }: FuzzedFile,
  known: ReadonlySet<number>,
  failed: Failed,
): Promise<void> {
  if (sha256(await readFile(input)) !== before) failed('the input was changed');
  const names = new Set((await readdir(folder)).map((name) => join(folder, name)));
  for (const path of [input, output, report]) names.delete(path);
  if (names.size > 0) failed(`left behind: ${[...names].join(', ')}`);
  const children = (await childrenOf(process.pid)).filter((child) => !known.has(child));
  if (children.length > 0) failed(`${children.length} processes are left`);
  if (process.memoryUsage.rss() > MEMORY)
    failed(`it takes ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
}
