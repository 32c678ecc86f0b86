import { resolve } from 'node:path';
import type { Codec } from '../../config/codecs.ts';
import { VeilError } from '../../errors.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';

/** Destination of a live picture. */
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
 * Parses a publishing destination: a URL, or a folder for HLS.
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

/**
 * Checks that the destination supports a codec: otherwise every attempt would fail for the whole run.
 *
 * @throws VeilError CONFIG_INVALID
 */
export function checkPublishCodec(target: PublishTarget, codec: Codec): void {
  // Codecs of MPEG-TS, which all the others carry, and of RTSP players.
  const carried: readonly Codec[] = target.kind === 'rtmp' ? ['h264'] : ['h264', 'h265'];
  if (carried.includes(codec)) return;
  throw new VeilError('CONFIG_INVALID', `${publishName(target)} can't be published to as ${codec}.`, {
    hint: `Use ${carried.join(' or ')} (--codec), or leave it to auto.`,
  });
}

/** Name of a destination for logs: without user, password, path and query, which contain stream keys. */
export function publishName(target: PublishTarget): string {
  return target.kind === 'hls' ? target.folder : withoutSecrets(target.url);
}
