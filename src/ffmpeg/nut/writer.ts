import type { PixelFormat, Rational } from '../../frame/frame.ts';
import { crc32, FILE_ID, FLAG, SHORT_PACKET, START } from './format.ts';

/** Properties of all frames. Sizes in pixels. */
export interface NutVideo {
  readonly width: number;
  readonly height: number;
  readonly timeBase: Rational;
  /** Default `yuv420p`. */
  readonly format?: Exclude<PixelFormat, 'gbrp'>;
  /** Nominal frame rate for the receiver; changes no timestamp. Without it the receiver measures, which takes time. */
  readonly nominalRate?: Rational;
}

/** Maximum distance of syncpoints; this writer puts one before every frame. */
const MAX_DISTANCE = 32768;

/** ffmpeg's codes of raw pixel formats. */
const FOURCC = { yuv420p: Buffer.from('I420', 'latin1'), yuv420p10: Buffer.from([0x59, 0x33, 11, 10]) };

/** Writes raw frames as NUT, a syncpoint before each one. */
export class NutWriter {
  readonly #video: NutVideo;

  constructor(video: NutVideo) {
    this.#video = video;
  }

  /** The bytes before the first frame. */
  header(): Uint8Array {
    return Buffer.concat([
      FILE_ID,
      packet(START.main, this.#mainHeader()),
      packet(START.stream, this.#streamHeader()),
      ...(this.#video.nominalRate === undefined
        ? []
        : [packet(START.info, rateInfo(this.#video.nominalRate))]),
    ]);
  }

  /** The bytes of one frame, to be written in order. `pts` in ticks, not negative. */
  frame(pts: number, data: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const syncpoint = packet(START.syncpoint, [...varint(pts), ...varint(0)]);
    // Frame code 0 of the table below. The full presentation time: plus 1 << msb_pts_shift, which is 1.
    const head = Buffer.from([0, ...varint(pts + 1), ...varint(data.length)]);
    return [Buffer.concat([syncpoint, head, uint32(crc32(head))]), data];
  }

  #mainHeader(): number[] {
    const { num, den } = this.#video.timeBase;
    const flags = FLAG.key | FLAG.codedPts | FLAG.sizeMsb | FLAG.checksum;
    return [
      // Version 3, one stream, one time base.
      ...[3, 1, MAX_DISTANCE, 1, num, den].flatMap(varint),
      // All 255 frame codes alike ('N' is invalid): flags; six fields: pts, size factor, stream, size, reserved, count.
      ...[flags, 6].flatMap(varint),
      ...[0, 1, 0, 0, 0, 255].flatMap(varint),
      // No elision headers.
      ...varint(0),
    ];
  }

  #streamHeader(): number[] {
    const { width, height, format = 'yuv420p' } = this.#video;
    return [
      // Stream 0, class video, its codec, time base 0, msb_pts_shift 0, maximum pts distance, no reordering, no flags.
      ...[0, 0, 4].flatMap(varint),
      ...FOURCC[format],
      ...[0, 0, 1 << 30, 0, 0].flatMap(varint),
      // No codec data; size; aspect ratio and colours unknown: encoder options state them.
      ...[0, width, height, 0, 0, 0].flatMap(varint),
    ];
  }
}

/** For stream 0 (plus 1), chapter 0 with start 0 and no length: one field, a text (type -1). */
function rateInfo({ num, den }: Rational): number[] {
  return [
    ...[1, 0, 0, 0, 1].flatMap(varint),
    ...text('r_frame_rate'),
    ...varint(2),
    ...text(`${num}/${den}`),
  ];
}

function text(value: string): number[] {
  return [...varint(value.length), ...Buffer.from(value, 'latin1')];
}

function packet(startcode: bigint, payload: readonly number[]): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.concat([startBytes(startcode), Buffer.from(varint(body.length + 4))]);
  const headSum = body.length + 4 > SHORT_PACKET ? uint32(crc32(head)) : Buffer.alloc(0);
  return Buffer.concat([head, headSum, body, uint32(crc32(body))]);
}

function startBytes(startcode: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(startcode);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** NUT's variable-length number: seven bits per byte, most significant first. */
function varint(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest % 128) | 128);
  return bytes;
}
