import { z } from 'zod';
import type { LiveStatus } from '../frame/live-output.ts';
import { coverText, overloadTexts } from '../pipeline/live/live-sentences.ts';
import type { Codec } from './codec.ts';
import type { Packet } from './packet-reader.ts';
import { readMessage } from '../web-server/read-message.ts';
import { STYLES } from '../frame/style.ts';
import { THRESHOLDS } from '../frame/threshold.ts';

/** Both sides name it, so that a page of another version reports the mismatch. */
export const PROTOCOL_VERSION = 1;

/** Longest message of a page, bytes. */
export const LONGEST_MESSAGE = 1024;

/** Highest threshold that a page may set: an accidental change must not uncover nearly every face. */
export const HIGHEST_THRESHOLD = 0.6;

const settings = z
  .strictObject({
    style: z.enum(STYLES),
    cells: z.int().min(2).max(8),
    threshold: z.number().min(THRESHOLDS.least).max(THRESHOLDS.most),
  })
  .partial();

const clientMessage = z.discriminatedUnion('type', [
  // null: the page is hidden and needs no picture.
  z.strictObject({ type: z.literal('watch'), codec: z.enum(['h264', 'jpeg']).nullable() }),
  z.strictObject({ type: z.literal('ack'), sequence: z.int().min(0).max(0xffff_ffff) }),
  z.strictObject({ type: z.literal('ping'), at: z.number() }),
  z.strictObject({ type: z.literal('change'), settings }),
  z.strictObject({ type: z.literal('panic'), isOn: z.boolean() }),
  z.strictObject({ type: z.literal('record'), isOn: z.boolean() }),
]);

/** What a page may send. */
export type ClientMessage = z.infer<typeof clientMessage>;

/** Parses a page's message; null if it is invalid. */
export function readClientMessage(text: string): ClientMessage | null {
  return readMessage(clientMessage, text);
}

/** What the preview sends, besides pictures. */
export type ServerMessage =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly shape: 'ellipse' | 'rectangle';
      readonly codecs: readonly Codec[];
    }
  | { readonly type: 'status'; readonly status: PageStatus; readonly client: ClientStatus }
  /** `at` from the ping, `now` by this machine's clock, milliseconds since 1970. */
  | { readonly type: 'pong'; readonly at: number; readonly now: number }
  /** A codec failed here: the page chooses another one. */
  | { readonly type: 'codecs'; readonly codecs: readonly Codec[] }
  /** A request was refused. */
  | { readonly type: 'refused'; readonly message: string };

/** Status of a run, with sentences for the page. */
export type PageStatus = Omit<LiveStatus, 'reason' | 'sourceProblem' | 'overload'> & {
  /** Why the picture is covered, in a sentence; null while it is live. */
  readonly reason: string | null;
  /** Steps against overload, such as `looks less often`. */
  readonly overload: readonly string[];
};

/** Converts the status for the page. */
export function pageStatus({ sourceProblem, ...status }: LiveStatus): PageStatus {
  const reason = coverText({ reason: status.reason, sourceProblem });
  return { ...status, reason, overload: overloadTexts(status.overload) };
}

/** Status of one page. */
export interface ClientStatus {
  /** Frames that this page lost because it or its connection is too slow. */
  readonly dropped: number;
  /** Number of open pages, including this one. */
  readonly clients: number;
}

/** Outline of a covered head: centre and half extents as shares of the picture. */
export type Region = readonly [centerX: number, centerY: number, radiusX: number, radiusY: number];

/** A picture with the facts that a page needs. */
export interface PictureFacts {
  readonly sequence: number;
  readonly capturedAt: number;
  readonly isCurtain: boolean;
  readonly regions: readonly Region[];
}

const CODES: Readonly<Record<Codec, number>> = { jpeg: 1, h264: 2 };
const HEADER = 20;
const MOST_REGIONS = 255;

/**
 * A picture as bytes, little endian: version, codec (1 JPEG, 2 H.264), flags (1 key, 2 curtain), number of regions,
 * sequence (u32), capture time (f64), length of the decoder configuration (u32), then regions (4 × f32 each),
 * configuration (with key frames), picture.
 */
export function encodePicture(
  codec: Codec,
  { isKey, description, data }: Packet,
  facts: PictureFacts,
): Buffer {
  const regions = facts.regions.slice(0, MOST_REGIONS);
  const config = isKey && description !== null ? description : new Uint8Array(0);
  const start = HEADER + regions.length * 16;
  const message = Buffer.alloc(start + config.length + data.length);
  message[0] = PROTOCOL_VERSION;
  message[1] = CODES[codec];
  message[2] = (isKey ? 1 : 0) | (facts.isCurtain ? 2 : 0);
  message[3] = regions.length;
  message.writeUInt32LE(facts.sequence >>> 0, 4);
  message.writeDoubleLE(facts.capturedAt, 8);
  message.writeUInt32LE(config.length, 16);
  regions.flat().forEach((value, index) => message.writeFloatLE(value, HEADER + index * 4));
  message.set(config, start);
  message.set(data, start + config.length);
  return message;
}
