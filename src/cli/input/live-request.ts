import { VeilError } from '../../errors.ts';
import type { OpenLiveOptions } from '../../pipeline/live/open-live-options.ts';
import { readAddress, type PreviewAddress } from '../../preview/address.ts';
import { parsePublishTarget } from '../../sink/live/publish-target.ts';
import { parseMicrophone } from '../../source/live/microphone-input.ts';
import { parseLiveInput, type WantedPicture } from '../../source/live/live-input.ts';

/** The flags of `veil live` that are not options of config files, as typed. */
export interface LiveFlags {
  readonly list?: true;
  readonly realtime?: true;
  readonly microphone?: string;
  readonly record?: string;
  readonly segment?: string;
  readonly publish?: readonly string[];
  readonly virtualCamera?: string;
  readonly preview?: string;
  readonly expose?: true;
  readonly panic?: true;
  readonly delay: string;
  readonly size: string;
  readonly rate: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** The validated options of a `veil live` call. */
export interface LiveRequest extends Pick<
  OpenLiveOptions,
  'input' | 'microphone' | 'wanted' | 'delay' | 'record' | 'publish' | 'virtualCamera'
> {
  readonly preview: PreviewRequest | null;
}

/** Address of the preview. */
export interface PreviewRequest extends PreviewAddress {
  /** Whether other machines may open it. */
  readonly isExposed: boolean;
}

/**
 * Parses the arguments.
 *
 * @throws VeilError USAGE
 */
export function liveRequest(
  source: string | undefined,
  flags: LiveFlags,
  platform: NodeJS.Platform,
): LiveRequest {
  if (source === undefined) {
    throw usage('No source was given.', 'Cameras: veil live --list. To try without one: veil live test:');
  }
  return {
    input: parseLiveInput(source, flags.realtime === true, platform),
    microphone: flags.microphone === undefined ? null : parseMicrophone(flags.microphone, platform),
    wanted: wantedPicture(flags),
    delay: number(flags.delay, '--delay', 40, 5000),
    record: recordOf(flags),
    publish: (flags.publish ?? []).map(parsePublishTarget),
    virtualCamera: virtualCameraOf(flags.virtualCamera, platform),
    preview: previewOf(flags),
  };
}

/**
 * The size and rate to request from a camera.
 *
 * @throws VeilError USAGE
 */
export function wantedPicture({ size, rate }: LiveFlags): WantedPicture {
  const match = /^(\d{2,4})x(\d{2,4})$/.exec(size);
  if (match === null) throw usage(`--size ${size} is not a size.`, 'Write it as 1280x720.');
  return { width: Number(match[1]), height: Number(match[2]), rate: number(rate, '--rate', 1, 120) };
}

function recordOf({ record, segment }: LiveFlags): LiveRequest['record'] {
  if (record === undefined && segment !== undefined) {
    throw usage('--segment splits a recording, and nothing is recorded.', 'Add --record FILE.');
  }
  return record === undefined
    ? null
    : { path: record, segment: segment === undefined ? null : seconds(segment) };
}

function virtualCameraOf(device: string | undefined, platform: NodeJS.Platform): string | null {
  if (device === undefined) return null;
  if (platform === 'linux' && /^\/dev\/video\d+$/.test(device)) return device;
  throw usage(
    `${device} is not a virtual camera.`,
    'It is a device of v4l2loopback, such as /dev/video9, and Linux only.',
  );
}

function previewOf({ preview, expose }: LiveFlags): PreviewRequest | null {
  if (preview !== undefined) return { ...readAddress(preview), isExposed: expose === true };
  if (expose !== true) return null;
  throw usage('--expose opens the preview to other machines, and there is none.', 'Add --preview PORT.');
}

/** `90`, `90s`, `10m` or `1h`. */
function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  const value = match === null ? NaN : Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] ?? 's']!;
  if (value >= 1 && value <= 86_400) return value;
  throw usage(`--segment ${text} is not a time from 1s to 24h.`, 'Write it as 90s, 10m or 1h.');
}

function number(text: string, flag: string, from: number, to: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw usage(`${flag} ${text} is not a number from ${from} to ${to}.`);
}

function usage(message: string, hint?: string): VeilError {
  return new VeilError('USAGE', message, hint === undefined ? {} : { hint });
}
