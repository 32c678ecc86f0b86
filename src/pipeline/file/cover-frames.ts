import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import { traceCount, traceSpan, traceStart } from '../../base/trace.ts';
import { interrupted } from '../../errors.ts';
import type { Sink } from '../../sink/sink.ts';
import type { TrackedFrame } from './tracked-frame.ts';

export interface CoverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each frame was handed to the sink. */
  readonly onFrame?: ((tracked: TrackedFrame) => void) | undefined;
}

/**
 * Covers frames and hands them to the sink, in order. Does not finish the sink: a caller that sees an error aborts
 * it instead, and then nothing comes out.
 *
 * @returns the number of frames written
 */
export async function coverFrames(
  frames: AsyncIterable<TrackedFrame>,
  { anonymizer, sink }: { readonly anonymizer: Anonymizer; readonly sink: Sink },
  { signal, onFrame }: CoverOptions,
): Promise<number> {
  let count = 0;
  for await (const tracked of frames) {
    if (signal?.aborted === true) throw interrupted();
    const { frame, boxes } = tracked;
    const started = traceStart();
    const covered = boxes === null ? anonymizer.curtain(frame) : await anonymizer.anonymize(frame, boxes);
    traceSpan('cover', started, { faces: boxes?.length ?? 0 });
    const sent = traceStart();
    await sink.write(covered);
    traceSpan('wait for the encoder', sent);
    traceCount('memory, MB', memory);
    onFrame?.(tracked);
    count += 1;
  }
  return count;
}

function memory(): Record<string, number> {
  return { resident: process.memoryUsage.rss() / 1e6 };
}
