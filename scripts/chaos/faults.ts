import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../test/jobs/support/redis-server.ts';
import type { S3Server } from '../../test/jobs/support/s3-server.ts';
import type { Cable, SmallDisk } from './machine.ts';
import type { Crew } from './crew.ts';

/** The kinds of faults. */
export interface Breakable {
  readonly crew: Crew;
  readonly redis: RedisServer;
  readonly storage: S3Server;
  readonly cable: Cable | null;
  readonly disk: SmallDisk | null;
  /** Milliseconds after which a worker that is not heard loses its jobs. */
  readonly leaseMs: number;
}

type Fault = readonly [name: string, happen: () => Promise<void>];

/** A worker ended that this script did not stop. */
export const FAULT_OF_VEIL = 'a worker has ended by itself';

/** Requests that the storage refuses in a row: more than its client tries. */
const REFUSALS = 10;
const FULL_MS = 4_000;

/** Causes one fault after another until told to stop, and repairs each. Counts them. */
export async function breakThings(
  things: Breakable,
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number },
  say: (text: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const { crew } = things;
  const faults = faultsOf(things);
  const counts = new Map<string, number>();
  const mending: Promise<void>[] = [];
  const started = performance.now();
  for (let turn = 0; performance.now() - started < forMs; turn += 1) {
    await sleep(everyMs);
    for (const lastWords of crew.ended()) {
      counts.set(FAULT_OF_VEIL, (counts.get(FAULT_OF_VEIL) ?? 0) + 1);
      say(`${FAULT_OF_VEIL}: ${lastWords}`);
    }
    const [name, happen] = faults[turn % faults.length]!;
    say(name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    // Several things may be broken at once.
    mending.push(happen());
  }
  await Promise.all(mending);
  return counts;
}

function faultsOf({ crew, redis, storage, cable, disk, leaseMs }: Breakable): Fault[] {
  return [
    ['a worker is killed', () => crew.replaceOne()],
    ['Redis is restarted', () => redis.restart()],
    [
      'the storage refuses',
      () => {
        storage.refuse(REFUSALS);
        return Promise.resolve();
      },
    ],
    [
      'a worker stands still for longer than its lease',
      async () => {
        const worker = crew.any();
        worker.pause();
        await sleep(2.5 * leaseMs);
        worker.resume();
      },
    ],
    ...(cable === null
      ? []
      : [
          [
            'a worker is cut off from the network',
            async () => {
              await cable.pull();
              await sleep(2.5 * leaseMs);
              await cable.plug();
            },
          ] as const,
        ]),
    ...(disk === null
      ? []
      : [
          [
            'the disk is full',
            async () => {
              await disk.fill();
              await sleep(FULL_MS);
              await disk.free();
            },
          ] as const,
        ]),
  ];
}
