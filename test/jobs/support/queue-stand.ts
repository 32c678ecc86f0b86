import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { veil } from '../../cli/memory-io.ts';
import type { QueuedFile, QueueStatus } from '../../../src/jobs/queue/queue-status.ts';
import { startRedis, type RedisServer } from './redis-server.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** A Redis, a shared folder, and workers; disposing of it ends them. */
export interface QueueStand extends AsyncDisposable {
  readonly redis: RedisServer;
  /** A path in the shared folder. */
  at(...names: string[]): string;
  /** A path outside the shared folder, which no worker may touch. */
  outside(...names: string[]): string;
  /** The folder for fetched inputs of workers. */
  scratch(): string;
  /** Starts a worker with a lease of three seconds. */
  worker(args?: readonly string[], env?: Readonly<Record<string, string>>): WorkerProcess;
  /** Runs `veil queue`. */
  queue(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  status(): Promise<QueueStatus>;
  /** Waits until a file fulfils a condition. */
  until(id: string, fits: (file: QueuedFile) => boolean): Promise<QueuedFile>;
  /** Names in the shared folder, including hidden files. */
  files(): Promise<string[]>;
}

/** Opens a stand in a folder of its own. */
export async function openStand(password?: string): Promise<QueueStand> {
  const folder = await mkdtemp(join(tmpdir(), 'veil-queue-'));
  for (const name of ['redis', 'share', 'scratch', 'outside']) await mkdir(join(folder, name));
  const redis = await startRedis(join(folder, 'redis'), password);
  const workers: WorkerProcess[] = [];
  const at = (...names: string[]): string => join(folder, 'share', ...names);
  const queue: QueueStand['queue'] = async (command = '', ...args) => {
    const flag = command === 'add' ? '--to' : '--from';
    return veil(['queue', command, flag, redis.url, ...args]);
  };
  const status = async (): Promise<QueueStatus> =>
    JSON.parse((await queue('status', '--json')).out) as QueueStatus;
  return {
    redis,
    at,
    scratch: () => join(folder, 'scratch'),
    outside: (...names) => join(folder, 'outside', ...names),
    worker: (args = ['--root', at()], env = {}) => {
      const scratch = ['--scratch', join(folder, 'scratch'), '--lease', '3', '-v'];
      const worker = startWorker(['--from', redis.url, ...scratch, ...args], { env });
      workers.push(worker);
      return worker;
    },
    queue,
    status,
    until: async (id, fits) => {
      for (;;) {
        const file = (await status()).files.find((each) => each.id === id);
        if (file !== undefined && fits(file)) return file;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    files: async () => (await readdir(at(), { recursive: true })).sort(),
    [Symbol.asyncDispose]: async () => {
      for (const worker of workers) await worker.kill();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The id in the output of `veil queue add` for one file. */
export function idIn(out: string): string {
  const id = /^file-[0-9a-f]{24}/m.exec(out)?.[0];
  if (id === undefined) throw new Error(`No job in: ${out}`);
  return id;
}

/** Whether a file has ended, with any result. */
export function hasEnded({ status }: QueuedFile): boolean {
  return status === 'done' || status === 'failed';
}
