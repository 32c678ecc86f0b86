import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const root = fileURLToPath(new URL('../../', import.meta.url));
const library = pathToFileURL(`${root}src/index.ts`).href;

/** The TypeScript examples of a page, in order. */
async function examplesOf(page: string): Promise<string[]> {
  const text = await readFile(root + page, 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
}

const examples = (
  await Promise.all(
    ['README.md', 'docs/library.md'].map(async (page) =>
      (await examplesOf(page)).map((code, index) => ({ name: `${page} ${index + 1}`, code })),
    ),
  )
).flat();

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 1, sound: true });
});

test.each(examples)('the example $name runs as it is printed', async ({ name, code }) => {
  const folder = at(name.replaceAll(/\W/g, '-'));
  await mkdir(folder);
  const clip = await readFile(at('clip.mp4'));
  for (const input of ['street.mp4', 'protest.mp4']) await writeFile(`${folder}/${input}`, clip);
  await writeFile(`${folder}/example.mts`, code.replaceAll("from 'veil-video'", `from '${library}'`));
  const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, 'example.mts'], { cwd: folder });
  expect(stdout).toMatch(/\d/);
});
