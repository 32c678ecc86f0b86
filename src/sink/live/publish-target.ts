import { resolve } from 'node:path';
import { VeilError } from '../../errors.ts';

/** Where a live picture is published. */
export type PublishTarget =
  | { readonly kind: 'rtmp' | 'rtsp' | 'srt' | 'udp'; readonly url: string }
  | { readonly kind: 'hls'; readonly folder: string };

const KINDS: Readonly<Record<string, 'rtmp' | 'rtsp' | 'srt' | 'udp'>> = {
  rtmp: 'rtmp',
  rtmps: 'rtmp',
  rtsp: 'rtsp',
  rtsps: 'rtsp',
  srt: 'srt',
  udp: 'udp',
};

/**
 * Reads what somebody typed as a place to publish to: a URL, or a folder for HLS.
 *
 * @throws VeilError USAGE
 */
export function parsePublishTarget(text: string): PublishTarget {
  const protocol = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (protocol === undefined) return { kind: 'hls', folder: resolve(text) };
  const kind = KINDS[protocol];
  if (kind === undefined || !/^[a-z]+:\/\/[^\s/]+[^\s]*$/i.test(text)) {
    throw new VeilError('USAGE', `${protocol}:// is not among the places to publish to.`, {
      hint: `These are: ${Object.keys(KINDS).join(', ')}, and a folder for HLS.`,
    });
  }
  return { kind, url: text };
}

/** A target for logs: without user, password, path and query, where stream keys are. */
export function publishName(target: PublishTarget): string {
  if (target.kind === 'hls') return target.folder;
  const [, protocol = '', authority = ''] = /^([a-z]+:\/\/)([^/?#]*)/i.exec(target.url) ?? [];
  return `${protocol}${authority.slice(authority.lastIndexOf('@') + 1)}`;
}
