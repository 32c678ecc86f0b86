/**
 * Compares the cost of Veil on this machine with a plain transcode: `npm run bench`. Timings are noisy, so the two take turns,
 * and the ratio of each pair is what counts; CPU seconds hold on a busy machine too.
 *
 * `--full` measures everything, `--only TEXT` the cases with that in their name, `--compare A B` two commits,
 * `--out FOLDER` writes results.json, results.md and faces.svg. `--size` lists the largest packages instead.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { ALL_CASES, nameOf, QUICK_CASES } from './bench/cases.ts';
import { checkOut } from './bench/checkout.ts';
import { printPackageSizes } from './bench/package-sizes.ts';
import { plotOf } from './bench/plot.ts';
import { markdownOf, ratioOf } from './bench/report.ts';
import { runCase, type CaseResult } from './bench/run-case.ts';

const ROOT = join(import.meta.dirname, '..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    frames: { type: 'string', default: '150' },
    repeats: { type: 'string', default: '3' },
    out: { type: 'string' },
    compare: { type: 'boolean', default: false },
    size: { type: 'boolean', default: false },
  },
});
if (values.size) await printPackageSizes(join(ROOT, 'node_modules'));
else {
  const folder = await mkdtemp(join(tmpdir(), 'veil-bench-'));
  try {
    if (values.compare) await compare(folder);
    else await report(await measure(ROOT, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(checkout: string, folder: string): Promise<CaseResult[]> {
  const binaries = await findBinaries();
  // Else the first run would build it, and that be counted.
  await promisify(execFile)(process.execPath, [join(checkout, 'scripts/build-if-stale.js')]);
  const cases = values.full || values.only !== '' ? ALL_CASES : QUICK_CASES;
  const results: CaseResult[] = [];
  for (const each of cases.filter((one) => nameOf(one).includes(values.only))) {
    const numbers = { frames: Number(values.frames), repeats: Number(values.repeats) };
    const result = await runCase(each, { checkout, folder, binaries, ...numbers });
    results.push(result);
    console.error(`${result.name}: wall ${shown(result, 'wall')}, CPU ${shown(result, 'cpu')} × plain`);
  }
  return results;
}

async function report(results: readonly CaseResult[]): Promise<void> {
  console.log(markdownOf(results));
  if (values.out === undefined) return;
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(values.out, 'results.md'), markdownOf(results));
  await writeFile(join(values.out, 'faces.svg'), plotOf(results));
}

/** Both against the plain transcode: what the machine does meanwhile is the same for it. */
async function compare(folder: string): Promise<void> {
  const [a, b] = positionals;
  if (a === undefined || b === undefined) throw new Error('Name two commits: --compare A B');
  await using before = await checkOut(a, folder);
  await using after = await checkOut(b, folder);
  const [first, second] = [await measure(before.path, folder), await measure(after.path, folder)];
  console.log(
    `| case | CPU ÷ plain, ${a} | ${b} | wall ÷ plain, ${a} | ${b} |\n| --- | --- | --- | --- | --- |`,
  );
  first.forEach((result, index) => {
    const other = second[index]!;
    const cells = [shown(result, 'cpu'), shown(other, 'cpu'), shown(result, 'wall'), shown(other, 'wall')];
    console.log(`| ${result.name} | ${cells.join(' | ')} |`);
  });
}

function shown(result: CaseResult, figure: 'wall' | 'cpu'): string {
  return ratioOf(result, figure)?.toFixed(2) ?? '–';
}
