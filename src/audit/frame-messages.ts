import { interrupted } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import { capture } from '../ffmpeg/process.ts';

/** Where a codec keeps messages (SEI): types of their units, bytes of a unit's header, and the type in its first byte. */
const CODECS: Readonly<Record<string, { units: string; header: number; typeOf: (first: number) => number }>> =
  {
    h264: { units: '6', header: 1, typeOf: (first) => first & 0x1f },
    hevc: { units: '39|40', header: 2, typeOf: (first) => (first >> 1) & 0x3f },
  };

/** H.264 D.1.7, H.265 D.2.7: messages of any content, behind a UUID. */
const USER_DATA = 5;
const UUID_BYTES = 16;

/** What encoders say of their version and settings. */
const SETTINGS = /^x26[45] (?:- core|\(build)/;

const TIME_LIMIT = 600_000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Messages to programs within the frames of H.264 and HEVC, such as the place or the name of a camera, a sentence for
 * each stream.
 *
 * @throws VeilError INTERRUPTED
 */
export async function messageProblems(
  path: string,
  { videos }: Pick<Probe, 'videos'>,
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { index, codec } of videos) {
    const kind = CODECS[codec];
    if (kind === undefined) continue;
    const filter = `${codec}_mp4toannexb,filter_units=pass_types=${kind.units}`;
    const args = ['-v', 'error', '-nostdin', '-protocol_whitelist', 'file', '-i', `file:${path}`];
    const copy = ['-map', `0:${index}`, '-c', 'copy', '-bsf:v', filter, '-f', 'data', 'pipe:1'];
    const limits = { timeoutMs: TIME_LIMIT, maxBytes: MOST_BYTES, signal, encoding: 'latin1' } as const;
    const { stdout } = await capture(ffmpeg.path, [...args, ...copy], limits);
    if (signal?.aborted === true) throw interrupted();
    const told = [...messagesOf(stdout, kind)].filter((message) => !SETTINGS.test(message));
    const bytes = told.reduce((sum, { length }) => sum + length, 0);
    if (bytes > 0)
      problems.push(
        `The frames of stream ${index} carry ${bytes} bytes of messages to programs, such as a place or a name, which players skip.`,
      );
  }
  return problems;
}

/** Messages of any content in a byte stream (H.264 B.1, 7.3.2.3.1), a character each byte, without their UUID. */
function* messagesOf(stream: string, { units, header, typeOf }: (typeof CODECS)[string]): Generator<string> {
  for (const unit of stream.split('\0\0\x01')) {
    if (!units.split('|').includes(String(typeOf(unit.charCodeAt(0))))) continue;
    const body = unit.slice(header).replaceAll('\0\0\x03', '\0\0');
    for (let at = 0; at + 2 <= body.length;) {
      const numbers = [0, 0];
      for (const part of numbers.keys()) {
        while (body.charCodeAt(at) === 255) {
          numbers[part]! += 255;
          at += 1;
        }
        numbers[part]! += body.charCodeAt(at);
        at += 1;
      }
      const [type, size] = numbers as [number, number];
      if (type === USER_DATA) yield body.slice(at + UUID_BYTES, at + size);
      at += size;
    }
  }
}
