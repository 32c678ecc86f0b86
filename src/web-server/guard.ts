import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { VeilError } from '../errors.ts';

/** An unguessable access key for the URL: 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** True only for the token; the duration of the comparison reveals nothing about it. */
export function isToken(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

/** `localhost`, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Refuses an address that other machines can reach, unless exposure is explicitly allowed.
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
 * Whether a `Host` header names this server. A foreign page can resolve its own name to this address (DNS rebinding),
 * but browsers then send that name. So only a few names are accepted; addresses are as trustworthy as the bound one.
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

/** Browsers send the origin of a socket; only this server's own page may open one. */
export function isOwnOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  return origin !== undefined && hostHeader !== undefined && origin === `http://${hostHeader}`;
}

/** The address to print: one that other machines can reach if all addresses are bound. */
export function addressFor(host: string): string {
  if (isIP(host) === 0) return host;
  if (host !== '0.0.0.0' && host !== '::') return isIP(host) === 6 ? `[${host}]` : host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
