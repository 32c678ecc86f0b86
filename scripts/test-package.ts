/**
 * The published package as a stranger gets it: `npm pack`, an installation in an empty project with packages from the
 * registry alone, an import, and a video through the command, on ONNX Runtime. `npm run test:package`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'veil-package-'));
try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as unknown;
  const [{ filename }] = packed as [{ filename: string }];
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

function run(program: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
