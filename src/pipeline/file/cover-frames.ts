import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import { traceCount, traceSpan, traceStart } from '../../base/trace.ts';
import { interrupted } from '../../errors.ts';
import type { Sink } from '../../sink/sink.ts';
import type { DecidedFrame } from './decided-frame.ts';

export interface CoverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each frame was handed to the sink. */
  readonly onFrame?: ((decided: DecidedFrame) => void) | undefined;
}

/**
 * Covers frames as decided and passes them to the sink, in order. Does not finish the sink: after an error the caller
 * aborts it, and no output appears.
 *
 * @returns the number of frames written
 */
export async function coverFrames(
  frames: AsyncIterable<DecidedFrame>,
  { anonymizer, sink }: { readonly anonymizer: Anonymizer; readonly sink: Sink },
  { signal, onFrame }: CoverOptions = {},
): Promise<number> {
  let count = 0;
  for await (const decided of frames) {
    if (signal?.aborted === true) throw interrupted();
    const { frame, decision } = decided;
    const started = traceStart();
    const covered =
      decision.cover === 'all'
        ? anonymizer.curtain(frame)
        : await anonymizer.anonymize(frame, decision.boxes);
    traceSpan('cover', started, { faces: decision.boxes?.length ?? 0 });
    const sent = traceStart();
    await sink.write(covered);
    traceSpan('wait for the encoder', sent);
    traceCount('memory, MB', memory);
    onFrame?.(decided);
    count += 1;
  }
  return count;
}

function memory(): Record<string, number> {
  return { resident: process.memoryUsage.rss() / 1e6 };
}
