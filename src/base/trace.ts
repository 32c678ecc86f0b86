import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** An event of Chrome's trace format. Times in microseconds. */
interface TraceEvent {
  readonly name: string;
  /** X: a span, C: values over time, M: the name of a row. */
  readonly ph: 'X' | 'C' | 'M';
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, number | string>>;
}

/** Limit for some hours of video; later events are dropped. */
const MOST_EVENTS = 2_000_000;

/** A row for each stage, in order of appearance. */
const rows = new Map<string, number>();
let events: TraceEvent[] | null = null;
let countedCpu = 0;

/** Starts recording. Until then the other functions here do nothing. */
export function startTrace(): void {
  rows.clear();
  events = [];
}

/** Start time of a span, to be passed to {@link traceSpan}; milliseconds. */
export function traceStart(): number {
  return events === null ? 0 : performance.now();
}

/**
 * Records a span of a stage, from `started` until now.
 *
 * @param stage one row of the diagram
 * @param args values shown with it
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
 * Records how long a child process ran, and its CPU seconds, if the system reports them (Linux). Call it right after
 * the process has ended.
 */
export function traceProgram(pid: number, program: string, started: number): void {
  if (events === null) return;
  const all = endedChildrenCpu();
  const cpu = all === null ? {} : { cpu: Math.round((all - countedCpu) * 100) / 100 };
  countedCpu = all ?? 0;
  traceSpan(`program ${pid}`, started, cpu, program);
}

/** Records values that change over time, such as the number of waiting frames. */
export function traceCount(name: string, values: () => Readonly<Record<string, number>>): void {
  if (events === null) return;
  add({ name, ph: 'C', ts: performance.now() * 1000, tid: 0, args: values() });
}

/**
 * Writes the recorded events for chrome://tracing, Perfetto and similar tools: stages, programs and times, but no file
 * names. Stops recording.
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

/** CPU seconds of all ended children, user and system mode: fields 16 and 17 of the line. */
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
