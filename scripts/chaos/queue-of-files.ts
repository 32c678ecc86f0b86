import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { QueuedFile, QueueStatus } from '../../src/jobs/queue/queue-status.ts';

const exec = promisify(execFile);

/** `veil queue`, as people call it. */
export class QueueOfFiles {
  readonly #url: string;
  readonly #main: string;

  constructor(url: string, main: string) {
    this.#url = url;
    this.#main = main;
  }

  async add(file: string, ...options: string[]): Promise<void> {
    await this.#call('add', '--to', this.#url, ...options, file);
  }

  async retry(ids: readonly string[]): Promise<void> {
    await this.#call('retry', '--from', this.#url, ...ids);
  }

  /** Waits until every file is done or has failed. @returns those that failed */
  async ended(): Promise<readonly QueuedFile[]> {
    for (;;) {
      await sleep(1000);
      const files = await this.#files();
      if (files.every(({ status }) => status === 'done' || status === 'failed')) {
        return files.filter(({ status }) => status === 'failed');
      }
    }
  }

  async #files(): Promise<readonly QueuedFile[]> {
    const stdout = await this.#call('status', '--from', this.#url, '--json');
    return (JSON.parse(stdout) as QueueStatus).files;
  }

  async #call(...args: string[]): Promise<string> {
    try {
      const { stdout } = await exec(process.execPath, [this.#main, 'queue', ...args], { maxBuffer: 2 ** 28 });
      return stdout;
    } catch (error) {
      // `status` says with its exit code that something has failed.
      const { code, stdout } = error as { readonly code?: unknown; readonly stdout?: string };
      if (args[0] === 'status' && code === 1 && stdout?.startsWith('{') === true) return stdout;
      throw error;
    }
  }
}
