import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** An event of Chrome's trace format. Times in microseconds. */
interface TraceEvent {
  readonly name: string;
  /** X: a span, C: numbers over time, M: the name of a row. */
  readonly ph: 'X' | 'C' | 'M';
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, number | string>>;
}

/** Some hours of video: later events are left out. */
const MOST_EVENTS = 2_000_000;

/** A row for each stage, in the order in which they were first seen. */
const rows = new Map<string, number>();
let events: TraceEvent[] | null = null;
let countedCpu = 0;

/** Begins to note what a run does. Until then the other functions here do nothing. */
export function startTrace(): void {
  rows.clear();
  events = [];
}

/** When a span begins, to be handed to {@link traceSpan}; milliseconds. */
export function traceStart(): number {
  return events === null ? 0 : performance.now();
}

/**
 * Notes what a stage did from `started` until now.
 *
 * @param stage one row of the picture
 * @param args numbers that are shown with it
 */
export function traceSpan(
  stage: string,
  started: number,
  args: Readonly<Record<string, number | string>> = {},
  name: string = stage,
): void {
  if (events === null) return;
  add({
    name,
    ph: 'X',
    ts: started * 1000,
    dur: (performance.now() - started) * 1000,
    tid: rowOf(stage),
    args,
  });
}

/**
 * Notes how long a child process ran, and the seconds of processor time that it took, where the system tells (Linux).
 * To be called when it has just ended.
 */
export function traceProgram(pid: number, program: string, started: number): void {
  if (events === null) return;
  const all = endedChildrenCpu();
  const cpu = all === null ? {} : { cpu: Math.round((all - countedCpu) * 100) / 100 };
  countedCpu = all ?? 0;
  traceSpan(`program ${pid}`, started, cpu, program);
}

/** Notes numbers that change over time, such as the frames that wait. */
export function traceCount(name: string, values: () => Readonly<Record<string, number>>): void {
  if (events === null) return;
  add({ name, ph: 'C', ts: performance.now() * 1000, tid: 0, args: values() });
}

/**
 * Writes the noted events, for chrome://tracing, Perfetto and the like: it names stages, programs and times, no files.
 * Ends the noting.
 */
export async function writeTrace(path: string): Promise<void> {
  const noted = events ?? [];
  events = null;
  await writeFile(path, JSON.stringify({ displayTimeUnit: 'ms', traceEvents: noted }), { mode: 0o600 });
}

function rowOf(stage: string): number {
  const known = rows.get(stage);
  if (known !== undefined) return known;
  const row = rows.size + 1;
  rows.set(stage, row);
  add({ name: 'thread_name', ph: 'M', ts: 0, tid: row, args: { name: stage } });
  return row;
}

function add(event: Omit<TraceEvent, 'pid'>): void {
  if (events !== null && events.length < MOST_EVENTS) events.push({ ...event, pid: 1 });
}

/** Seconds that all children took which have ended so far, in user and system mode: fields 16 and 17 of the line. */
function endedChildrenCpu(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    // Other systems have no such file.
    return null;
  }
}
