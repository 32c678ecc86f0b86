/**
 * The published package as a stranger gets it: `npm pack`, an installation in an empty project with packages from the
 * registry alone, an import, its types with and without those of Node.js, and a picture through the command, on ONNX
 * Runtime. `npm run test:package`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'veil-package-'));
try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as unknown;
  const [{ filename, files }] = packed as [{ filename: string; files: { path: string }[] }];
  // They would point to sources that the package does not have.
  const maps = files.filter(({ path }) => path.endsWith('.map'));
  if (maps.length > 0) throw new Error(`Source maps are packed: ${maps[0]!.path}`);
  await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "type": "module", "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`], folder);
  await writeFile(
    join(folder, 'use.js'),
    `import { createDetector, silentLogger } from 'veil-video';
const options = { detector: 'crowd', engine: 'onnxruntime', threshold: 0.2, logger: silentLogger };
const detector = await createDetector(options);
console.log(detector.description);
await detector.close();
`,
  );
  console.log(run(process.execPath, ['use.js'], folder).trim());
  await checkTypes([]);
  run('npm', ['install', '--no-audit', '--no-fund', '--no-save', '@types/node@20'], folder);
  await checkTypes(['node']);
  const sample = join(folder, 'node_modules/veil-video/docs/preview-light.png');
  const veil = join(folder, 'node_modules/veil-video/bin/veil.js');
  console.log(
    run(process.execPath, [veil, 'blur', sample, '-o', 'covered.png', '--engine', 'onnxruntime'], folder),
  );
  console.log(run('du', ['-sm', 'node_modules'], folder).trim());
  console.log('The package installs, imports and covers.');
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Compiles a program that uses the library, as strictly as can be, with Veil's declarations checked as well. */
async function checkTypes(types: readonly string[]): Promise<void> {
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use.ts'] }));
  await writeFile(
    join(folder, 'use.ts'),
    `import { anonymizeFile, openSource, resolveConfig, VeilError, type Sink } from 'veil-video';
const { frames } = await anonymizeFile({ input: 'a.mp4', output: 'b.mp4', config: resolveConfig({ cells: 5 }) });
await using source = await openSource({ input: 'a.mp4', look: { interval: 25, sizes: [512] } });
for await (const { frame } of source.frames()) console.log(frame.time, frames satisfies number, VeilError.name);
export type { Sink };
`,
  );
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder);
  console.log(`Types compile, ${types.length === 0 ? 'without those of Node.js' : `with ${types.join()}`}.`);
}

function run(program: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
