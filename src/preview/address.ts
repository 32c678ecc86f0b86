import { isIP } from 'node:net';
import { VeilError } from '../errors.ts';
import { isLoopback } from '../web-server/guard.ts';

/** Address of a preview. */
export interface PreviewAddress {
  readonly host: string;
  readonly port: number;
}

const HOST_AND_PORT = /^(?:(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):)?(\d{1,5})$/i;

/**
 * Parses `[host:]port`; without a host only this machine can connect.
 *
 * @throws VeilError USAGE
 */
export function readAddress(text: string): PreviewAddress {
  const match = HOST_AND_PORT.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '127.0.0.1';
  const port = Number(match?.[3]);
  if (match === null || port > 65_535 || (match[1] !== undefined && isIP(host) !== 6)) {
    throw new VeilError('USAGE', `${text} is not an address for a preview.`, {
      hint: 'Write a port, such as 4321 (0 takes a free one), or host:port.',
    });
  }
  return { host, port };
}

/** A warning for a preview that other machines can open; null for a local one. */
export function exposureNote({ host }: PreviewAddress): string | null {
  if (isLoopback(host)) return null;
  return 'The preview is open to other machines. Anyone who has its URL sees the covered picture and holds the controls. The connection is not encrypted, so others in the network can read it.';
}
