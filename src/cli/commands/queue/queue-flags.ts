import type { Command } from 'commander';
import { VeilError } from '../../../errors.ts';
import { openEngine, type Engine } from '../../../jobs/queue/engine.ts';
import { addressText, isOpenToListeners, parseRedisUrl } from '../../../jobs/queue/redis-address.ts';
import { HEADINGS } from '../../help.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../report/terminal-text.ts';

/** Environment variable with the URL, so that its password does not appear in process lists. */
const URL_VARIABLE = 'VEIL_REDIS_URL';

/** Flags that select the queue. */
export interface QueueFlags {
  readonly to?: string;
  readonly from?: string;
  readonly remoteRedis?: true;
}

/** Adds the flags of {@link QueueFlags} to a command. */
export function addQueueFlags(command: Command, flag: '--to' | '--from'): Command {
  return command
    .optionsGroup(HEADINGS.queue)
    .option(
      `${flag} <url>`,
      `Redis of the queue: redis://127.0.0.1:6379 or rediss://… Default: the variable ${URL_VARIABLE}.`,
    )
    .option('--remote-redis', 'Allow a Redis on another machine.');
}

/**
 * Connects to the queue that the flags or the environment name.
 *
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function openQueue(flags: QueueFlags, io: Io): Promise<Engine> {
  const url = flags.to ?? flags.from ?? io.env[URL_VARIABLE];
  if (url === undefined || url === '') {
    throw new VeilError('USAGE', 'Which queue?', {
      hint: `Name its Redis with ${flags.from === undefined ? '--to or --from' : '--from'}, or in ${URL_VARIABLE}.`,
    });
  }
  const address = parseRedisUrl(url, flags.remoteRedis === true);
  if (isOpenToListeners(address)) {
    io.stderr.write(
      `Passwords and jobs travel unencrypted to ${printable(addressText(address))}: use rediss:// outside a private network.\n`,
    );
  }
  return openEngine(address);
}

/** @throws VeilError USAGE */
export function wholeNumber(text: string, flag: string, from: number, to: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw new VeilError('USAGE', `${flag} ${text} is not a whole number from ${from} to ${to}.`);
}
