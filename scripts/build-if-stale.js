/** Keeps dist/ in step with src/ in a clone. Plain JavaScript: it runs before anything is built, at every start. */
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const fresh = join(root, `.cache/dist-${process.pid}`);

/** Builds dist/ unless it was built after the last change of the sources. Ends the program where that fails. */
export function buildIfStale() {
  const sources = newestOf(join(root, 'src'));
  const newest = Math.max(sources, ...['package.json', 'tsconfig.json', 'tsconfig.build.json'].map(timeOf));
  if (timeOf('dist/.built') > newest) return;
  process.stderr.write('Building Veil from its sources; this takes a moment, and is done once.\n');
  build();
}

/**
 * From nothing, so that no file of a source that is gone stays, and beside dist/, which a run at the same time may still
 * load from.
 */
function build() {
  const started = new Date();
  rmSync(fresh, { recursive: true, force: true });
  step('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh);
  step('tsx/dist/cli.mjs', 'scripts/copy-page.ts', fresh);
  writeFileSync(join(fresh, '.built'), '');
  // What changes while the compiler runs is newer than what it has read.
  utimesSync(join(fresh, '.built'), started, started);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(fresh, join(root, 'dist'));
}

function step(program, ...args) {
  const path = join(root, 'node_modules', program);
  const { status } = spawnSync(process.execPath, [path, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  rmSync(fresh, { recursive: true, force: true });
  process.stderr.write('veil: The sources could not be built. Install what that needs with: npm ci\n');
  process.exit(1);
}

function newestOf(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestOf(path) : statSync(path).mtimeMs);
  }
  return newest;
}

function timeOf(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === import.meta.filename) buildIfStale();
