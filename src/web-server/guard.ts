import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { VeilError } from '../errors.ts';

/** An unguessable key for the URL: 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** True for the token alone; how long it takes says nothing about it. */
export function isToken(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

/** `localhost`, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * The preview is for this machine alone unless it is exposed expressly.
 *
 * @throws VeilError USAGE
 */
export function checkExposure(host: string, isExposed: boolean): void {
  if (isLoopback(host) || isExposed) return;
  throw new VeilError('USAGE', `The preview would be open to other machines at ${host}.`, {
    hint: 'Add --expose to allow it: anyone who has the URL then sees the picture and holds the controls, over an unencrypted connection.',
  });
}

/**
 * Whether a `Host` header names this server. A page elsewhere can point its own name at this address (DNS rebinding),
 * but it can't make a browser call that name by another; so names are few, and addresses are as good as what is bound.
 */
export function isOwnHost(header: string | undefined, bound: { host: string; port: number }): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::(\d{1,5}))?$/i.exec(header ?? '');
  if (match === null || Number(match[3] ?? 80) !== bound.port) return false;
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  if (isLoopback(name) || name === bound.host.toLowerCase()) return true;
  if (isLoopback(bound.host)) return false;
  const own = hostname().toLowerCase();
  return isIP(name) !== 0 || name === own || name === `${own}.local`;
}

/** Browsers say where a socket comes from; nothing but this server's own page has business with it. */
export function isOwnOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  return origin !== undefined && hostHeader !== undefined && origin === `http://${hostHeader}`;
}

/** The address to print: one that other machines reach where all addresses are bound. */
export function addressFor(host: string): string {
  if (isIP(host) === 0) return host;
  if (host !== '0.0.0.0' && host !== '::') return isIP(host) === 6 ? `[${host}]` : host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
