import { fileURLToPath } from 'node:url';
import { programBeside } from '../../base/program-beside.ts';
import { resolve } from 'node:path';
import { interrupted, VeilError } from '../../errors.ts';
import { startFfmpeg } from '../../ffmpeg/process.ts';
import { DECODE_LIMIT, type PhotoHeader } from './photo-header.ts';
import { notAPicture } from './picture-support.ts';

/** A decoded photo: RGB, 3 bytes per pixel. */
export interface DecodedPhoto extends PhotoHeader {
  readonly pixels: Buffer;
}

/** Milliseconds: many times the time for the largest photo. */
const TIME_LIMIT = 120_000;

const MOST_BYTES = DECODE_LIMIT * 3 + 4096;

/**
 * Decodes a photo in a process of its own, with limited time and memory. The signal ends it.
 *
 * @throws VeilError INPUT_NOT_MEDIA, INPUT_UNREADABLE after the time limit, INTERRUPTED
 */
export async function decodePhoto(path: string, signal?: AbortSignal): Promise<DecodedPhoto> {
  const decoder = startFfmpeg(
    process.execPath,
    [...loader(), fileURLToPath(programBeside(import.meta.url, 'photo-program')), resolve(path)],
    {
      outputs: 1,
      signal,
    },
  );
  const time = { isOver: false };
  const timer = setTimeout(() => {
    time.isOver = true;
    void decoder.stop();
  }, TIME_LIMIT);
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of decoder.outputs[0]! as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw notAPicture(path, 'too many pixels');
      chunks.push(chunk);
    }
    const { stderr } = await decoder.exited;
    return photoOf(Buffer.concat(chunks), path, stderr);
  } catch (cause) {
    if (signal?.aborted === true) throw interrupted();
    if (time.isOver) throw tooSlow(path, cause);
    throw cause instanceof VeilError ? cause : notAPicture(path, cause);
  } finally {
    clearTimeout(timer);
    await decoder.stop();
  }
}

function photoOf(output: Buffer, path: string, stderr: string): DecodedPhoto {
  const end = output.indexOf(0x0a);
  if (end === -1) throw notAPicture(path, stderr || 'the decoder ended');
  const header = JSON.parse(output.toString('utf8', 0, end)) as PhotoHeader;
  const pixels = output.subarray(end + 1);
  if (header.error !== null) throw notAPicture(path, header.error);
  if (pixels.length !== header.bytes) throw notAPicture(path, 'the decoder ended early');
  return { ...header, pixels };
}

function tooSlow(path: string, cause: unknown): VeilError {
  return new VeilError('INPUT_UNREADABLE', `${path} took longer than ${TIME_LIMIT / 1000} s to decode.`, {
    hint: 'Open it in an image editor, and save it as a JPEG.',
    cause,
  });
}

function loader(): string[] {
  return import.meta.url.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
}
