import { devNull } from 'node:os';
import type { AudioStream, Probe } from '../../ffmpeg/probe.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { capture } from '../../ffmpeg/process.ts';

/** Time limit for reading a file once, milliseconds. */
const TIME_LIMIT = 600_000;

/** Indexes of tracks that can't be copied: transport streams may be cut or damaged anywhere. */
export async function tracksNotToCopy(
  path: string,
  { format, audio }: { readonly format: Probe['format']; readonly audio: readonly AudioStream[] },
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<number>> {
  const damaged = new Set<number>();
  // Other containers delimit AAC packets. Here only the packets' own headers do, and a copy needs intact headers.
  if (format !== 'mpegts') return damaged;
  for (const { index } of audio.filter(({ codec }) => codec === 'aac')) {
    const input = ['-v', 'error', '-nostdin', '-y', '-protocol_whitelist', 'file', '-i', `file:${path}`];
    const copy = ['-map', `0:${index}`, '-c', 'copy', '-f', 'matroska', devNull];
    const { code } = await capture(ffmpeg.path, [...input, ...copy], { timeoutMs: TIME_LIMIT, signal });
    if (code !== 0) damaged.add(index);
  }
  return damaged;
}
