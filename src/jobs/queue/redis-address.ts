import { isIP } from 'node:net';
import { VeilError } from '../../errors.ts';

/** Address and credentials of the queue's Redis. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** Present for `rediss:`. */
  readonly tls?: Record<string, never>;
}

/**
 * Parses a `redis:` or `rediss:` URL. Messages never contain its user or password.
 *
 * @param isRemoteAllowed whether it may name another machine
 * @throws VeilError USAGE
 */
export function parseRedisUrl(text: string, isRemoteAllowed: boolean): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw usage(
      'The address of the queue is not a Redis URL.',
      'Write redis://127.0.0.1:6379 or rediss://host:port.',
    );
  }
  if (url.search !== '' || url.hash !== '' || !/^\/?\d{0,4}$/.test(url.pathname)) {
    throw usage(
      'The Redis URL has more than host, port and number of the database.',
      'Write it as redis://host:port/0.',
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isRemoteAllowed && !isLoopback(host)) {
    throw usage(
      `Redis at ${host} is not on this machine.`,
      'Add --remote-redis to allow it. Use rediss:// and a password: anyone who reaches Redis can give jobs to the workers.',
    );
  }
  return {
    host,
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** For messages: without user and password. */
export function addressText({ host, port, tls }: RedisAddress): string {
  return `${tls === undefined ? 'redis' : 'rediss'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Whether commands and passwords travel unencrypted between machines. */
export function isOpenToListeners({ host, tls }: RedisAddress): boolean {
  return tls === undefined && !isLoopback(host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usage('User or password of the Redis URL are not valid.', 'Write special characters as %xx.');
  }
}

function usage(message: string, hint: string): VeilError {
  return new VeilError('USAGE', message, { hint });
}
