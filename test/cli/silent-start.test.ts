import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Debian's driver that computes on the CPU, and one that does not exist: both make Dawn print messages. */
const DRIVERS = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/nowhere/driver.json'];

const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const at = temporaryFolder();

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 0.2 });
});

test.each(DRIVERS.filter((path) => path.startsWith('/nowhere') || existsSync(path)))(
  'not a line on stderr is another program’s, with the driver %s',
  async (driver) => {
    const env = { ...process.env, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: '' };
    const args = ['--import', 'tsx', program, 'blur', at('clip.mp4'), '--overwrite', '--no-report'];
    const quiet = await promisify(execFile)(process.execPath, [...args, '--quiet'], { env }).catch(outputOf);
    expect(quiet.stderr).toBe('');
    const json = await promisify(execFile)(process.execPath, [...args, '--json'], { env }).catch(outputOf);
    for (const line of lines(json.stderr)) expect(JSON.parse(line)).toHaveProperty('level');
    for (const line of lines(json.stdout)) expect(JSON.parse(line)).toHaveProperty('type');
  },
);

/** A run whose video needs a look ends with a code, too. */
function outputOf(error: unknown): { stdout: string; stderr: string } {
  return error as { stdout: string; stderr: string };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
