import { readFile } from 'node:fs/promises';

/** Figures from the trace of one run, seconds. */
export interface TraceFigures {
  /** Time in each stage. */
  readonly stages: Readonly<Record<string, number>>;
  /** Processor time of each kind of child process. */
  readonly programs: Readonly<Record<string, number>>;
  /** Most frames that waited for what comes after them. */
  readonly framesWaiting: number;
  /** From the start of the program to the first frame that was handed to the encoder. */
  readonly firstFrame: number | null;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, number | string>>;
}

/** Reads what `veil … --trace FILE` wrote. */
export async function traceFigures(path: string): Promise<TraceFigures> {
  const { traceEvents } = JSON.parse(await readFile(path, 'utf8')) as { traceEvents: readonly TraceEvent[] };
  const stages: Record<string, number> = {};
  const programs: Record<string, number> = {};
  let framesWaiting = 0;
  let firstFrame: number | null = null;
  for (const { name, ph, ts, dur = 0, args } of traceEvents) {
    if (ph === 'C' && typeof args['frames'] === 'number')
      framesWaiting = Math.max(framesWaiting, args['frames']);
    if (ph !== 'X') continue;
    if (name.startsWith('ff')) programs[name] = (programs[name] ?? 0) + Number(args['cpu'] ?? 0);
    else stages[name] = (stages[name] ?? 0) + dur / 1e6;
    if (name === 'wait for the encoder') firstFrame ??= (ts + dur) / 1e6;
  }
  return { stages, programs, framesWaiting, firstFrame };
}
