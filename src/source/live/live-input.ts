import { refusePattern } from '../../ffmpeg/file-pattern.ts';
import { VeilError } from '../../errors.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';

/** Supported stream protocols. */
export const STREAM_PROTOCOLS = [
  'rtsp',
  'rtsps',
  'rtmp',
  'rtmps',
  'srt',
  'udp',
  'rtp',
  'http',
  'https',
] as const;

export type StreamProtocol = (typeof STREAM_PROTOCOLS)[number];

/** Source of a live picture. */
export type LiveInput =
  | { readonly kind: 'v4l2'; readonly device: string }
  | { readonly kind: 'avfoundation'; readonly device: string }
  | { readonly kind: 'dshow'; readonly device: string }
  | { readonly kind: 'stream'; readonly protocol: StreamProtocol; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'test' };

/** Size and rate of the test picture, and of cameras whose modes are not known. */
export interface WantedPicture {
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly rate: number;
}

/**
 * Parses the name of a source.
 *
 * @param isRealtime play a file at its own speed; without it a file is refused, since it is not live
 * @throws VeilError USAGE, INPUT_UNSUPPORTED
 */
export function parseLiveInput(text: string, isRealtime: boolean, platform: NodeJS.Platform): LiveInput {
  if (text === 'test:') return { kind: 'test' };
  const protocol = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (protocol !== undefined) return streamOf(protocol, text);
  if (isRealtime) {
    refusePattern(text);
    return { kind: 'file', path: text };
  }
  if (/^\/dev\/[\w./-]+$/.test(text)) return { kind: 'v4l2', device: text };
  const named = /^(avfoundation|dshow):(.+)$/.exec(text);
  if (named !== null) return { kind: named[1] as 'avfoundation' | 'dshow', device: checkedName(named[2]!) };
  if (platform === 'darwin' && /^\d+$/.test(text)) return { kind: 'avfoundation', device: text };
  if (platform === 'win32' && text.startsWith('video=')) {
    return { kind: 'dshow', device: checkedName(text.slice('video='.length)) };
  }
  throw new VeilError('USAGE', `${text} is not a camera or stream.`, {
    hint: 'For a file add --realtime. Cameras of this machine: veil live --list. To try without one: veil live test:',
  });
}

/** Name of a source for logs: without user, password, path and query, which contain keys and tokens. */
export function liveInputName(input: LiveInput): string {
  switch (input.kind) {
    case 'stream':
      return withoutSecrets(input.url);
    case 'file':
      return input.path;
    case 'test':
      return 'test:';
    case 'v4l2':
    case 'avfoundation':
    case 'dshow':
      return input.device;
  }
}

function streamOf(protocol: string, url: string): LiveInput {
  const known = STREAM_PROTOCOLS.find((name) => name === protocol);
  if (known === undefined || !/^[a-z]+:\/\/[^\s/]+[^\s]*$/i.test(url)) {
    throw new VeilError('USAGE', `${protocol}:// is not among the streams that can be watched.`, {
      hint: `These are: ${STREAM_PROTOCOLS.join(', ')}.`,
    });
  }
  return { kind: 'stream', protocol: known, url };
}

/** ffmpeg parses `video:audio` (avfoundation) and `video=…:audio=…` (dshow) as two devices. */
function checkedName(name: string): string {
  if (!name.includes(':')) return name;
  throw new VeilError('USAGE', `${name} is not the name of a camera: names have no colon.`, {
    hint: 'Cameras of this machine: veil live --list.',
  });
}
