import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const WITHOUT = new URL('../support/without-packages.js', import.meta.url).href;

function veil(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ['--import', import.meta.resolve('tsx'), '--import', WITHOUT, MAIN, ...args]);
}

describe('without the packages of queues', () => {
  it('says which are missing, and how they are installed', async () => {
    const url = 'redis://127.0.0.1:1';
    await expect(veil('queue', 'status', '--from', url)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/QUEUE_UNAVAILABLE[^]*npm install bullmq ioredis/) as string,
    });
    await expect(veil('worker', '--from', url, '--root', 's3://footage')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/QUEUE_UNAVAILABLE[^]*npm install @aws-sdk\/client-s3/) as string,
    });
  });

  it('does everything else', async () => {
    expect((await veil('queue', 'add', '--help')).stdout).toContain('--priority');
    expect((await veil('config')).stdout).toContain('style');
  });
});
