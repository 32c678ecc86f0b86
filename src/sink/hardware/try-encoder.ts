import { reasonOf } from '../../base/reason.ts';
import { VeilError } from '../../errors.ts';
import { NutWriter } from '../../ffmpeg/nut/writer.ts';
import { startFfmpeg } from '../../ffmpeg/process.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';
import { frameBytes, sampleBytes, samplesOf, type PixelFormat } from '../../frame/frame.ts';
import type { Size } from '../even-size.ts';
import { trialArgs, type EncodeOptions } from '../file/encode-args.ts';

/** Number of test frames: the second depends on the first. */
const FRAMES = 2;

/** Time limit for each program of a test, milliseconds: a hanging driver must not block a run. */
const TIME_LIMIT = 20_000;

/** Mean error of luma that a test tolerates, of 255. Wrong strides and planes cause far larger errors. */
const TOLERANCE = 12;

/**
 * Encodes test frames with the arguments of a run, decodes them and compares the result.
 *
 * @param size even, in pixels
 * @returns why the encoder can't be used, in one line; null if it can
 */
export async function tryEncoder(ffmpeg: string, options: EncodeOptions, size: Size): Promise<string | null> {
  const { timeBase, frameRate, format } = options;
  if (format === 'gbrp') return 'still images are not encoded as video';
  const nut = new NutWriter({ ...size, timeBase, format, nominalRate: frameRate });
  const ticks = Math.max(1, Math.round((frameRate.den * timeBase.den) / (frameRate.num * timeBase.num)));
  const frames = Array.from({ length: FRAMES }, (_, index) =>
    nut.frame(index * ticks, picture(format, size)),
  );
  // Decoders output full range in a format of its own, which would not match.
  const color = { ...options.color, range: 'tv' };
  try {
    const encoded = await pass(ffmpeg, trialArgs({ ...options, color }), [nut.header(), ...frames.flat()]);
    if (typeof encoded === 'string') return encoded;
    const decoded = await pass(ffmpeg, DECODE, [encoded]);
    if (typeof decoded === 'string') return `what it writes cannot be decoded: ${decoded}`;
    return problemOf(decoded, size);
  } catch (error) {
    if (error instanceof VeilError) return reasonOf(error);
    throw error;
  }
}

const DECODE = [
  ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error', '-f', 'nut', '-i', 'pipe:0'],
  ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
];

/** Luma from 16 to 235 along both sides, without colour. */
function picture(format: PixelFormat, { width, height }: Size): Uint8Array {
  const data = new Uint8Array(frameBytes(format, width, height));
  const samples = samplesOf({ format, data });
  const scale = sampleBytes(format) === 2 ? 4 : 1;
  samples.fill(128 * scale);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) samples[y * width + x] = brightness(x, y, { width, height }) * scale;
  }
  return data;
}

function brightness(x: number, y: number, { width, height }: Size): number {
  return 16 + Math.round((219 * (x + y)) / (width + height));
}

function problemOf(decoded: Buffer, size: Size): string | null {
  const { width, height } = size;
  const bytes = frameBytes('yuv420p', width, height);
  if (decoded.length !== FRAMES * bytes)
    return `of ${FRAMES} frames ${Math.floor(decoded.length / bytes)} came out`;
  let off = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) off += Math.abs(decoded[y * width + x]! - brightness(x, y, size));
  }
  return off / (width * height) > TOLERANCE ? 'what it writes shows another picture' : null;
}

/** A program's output for an input, or its first error message: later ones are consequences. */
async function pass(
  ffmpeg: string,
  args: readonly string[],
  input: readonly Uint8Array[],
): Promise<Buffer | string> {
  const running = startFfmpeg(ffmpeg, args, { stdin: true, outputs: 1 });
  const chunks: Buffer[] = [];
  running.outputs[0]?.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  const problems: string[] = [];
  const timer = setTimeout(() => {
    problems.push(`it did not answer within ${TIME_LIMIT / 1000} s`);
    void running.stop();
  }, TIME_LIMIT);
  try {
    for (const part of input) running.stdin?.write(part);
    running.stdin?.end();
    const { code, stderr } = await running.exited;
    const [problem] = problems;
    if (problem !== undefined) return problem;
    return code === 0 ? Buffer.concat(chunks) : firstLine(stderr);
  } finally {
    clearTimeout(timer);
  }
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !line.startsWith('libva info'));
  const line = lines[0]?.replace(/^(\[[^\]]* @ [^\]]*\] )+/, '') ?? '';
  return withoutSecrets(line.slice(0, 200)).replace(/[.\s]+$/, '') || 'ffmpeg gave no reason';
}
