import { cpus } from 'node:os';
import type { LiveStatus, LiveSummary } from '../../src/frame/live-output.ts';
import type { ClockReadings } from './clock-page.ts';
import type { Usage } from './process-tree.ts';

/** Share by which memory may grow after the first minute, and more where things are started again all the time. */
const GROWTH = { calm: 0.05, faults: 0.15 };

/** Memory samples around a moment; their median counts. */
const NEAR = 10;

/** The measurements, by minute and of the whole run. */
export class SoakReport {
  readonly #problems: string[] = [];
  readonly #memory: { readonly own: number; readonly all: number }[] = [];
  /** Milliseconds from capture to canvas, each with how often it was read: bounded, however long it takes. */
  readonly #latencies = new Map<number, number>();
  #first: Usage | null = null;
  #latest: { readonly usage: Usage; readonly at: number } | null = null;
  #startedAt = 0;
  #minute = 0;
  #recent: number[] = [];
  #drawn = 0;
  #drawnInAll = 0;
  #statuses: LiveStatus[] = [];
  #minuteStart: {
    readonly usage: Usage;
    readonly at: number;
    readonly frames: number;
    readonly curtained: number;
  } | null = null;
  #atMinute: { readonly own: number; readonly all: number } | null = null;

  begin(what: string, usage: Usage, status: LiveStatus | undefined): void {
    const at = performance.now();
    this.#first = usage;
    this.#startedAt = at;
    this.#minuteStart = { usage, at, frames: status?.frames ?? 0, curtained: status?.curtained ?? 0 };
    console.log(`${what}, ${cpus().length} cores (${cpus()[0]?.model ?? '?'})\n`);
    console.log(
      '| minute | state | fps out | fps drawn | capture to canvas p50 / p95 | curtain | dropped | CPU (of it / of the machine) | memory (own / all) | overload | faults |',
    );
    console.log('|---|---|---|---|---|---|---|---|---|---|---|');
  }

  sample(usage: Usage, { latencies, drawn }: ClockReadings, statuses: readonly LiveStatus[]): void {
    this.#latest = { usage, at: performance.now() };
    this.#memory.push({ own: usage.ownMemory, all: usage.allMemory });
    if (this.#memory.length > NEAR) this.#memory.shift();
    for (const latency of latencies) {
      this.#latencies.set(latency, (this.#latencies.get(latency) ?? 0) + 1);
      this.#recent.push(latency);
    }
    this.#drawn += drawn;
    this.#drawnInAll += drawn;
    this.#statuses.push(...statuses);
  }

  endMinute(faults: readonly string[]): void {
    this.#minute += 1;
    const { usage, at } = this.#latest!;
    const before = this.#minuteStart!;
    const seconds = (at - before.at) / 1000;
    const last = this.#statuses.at(-1);
    const memory = this.#memoryNow();
    this.#atMinute ??= memory;
    const frames = (last?.frames ?? 0) - before.frames;
    if (frames === 0) this.problem(`no frame left in minute ${this.#minute}`);
    const covered = (100 * ((last?.curtained ?? 0) - before.curtained)) / Math.max(1, frames);
    const overload = [...new Set(this.#statuses.flatMap(({ overload: steps }) => steps))];
    console.log(
      `| ${this.#minute} | ${last?.state ?? '?'} | ${(frames / seconds).toFixed(1)} | ${(this.#drawn / seconds).toFixed(1)} ` +
        `| ${quantile(this.#recent, 0.5)} / ${quantile(this.#recent, 0.95)} ms | ${covered.toFixed(1)} % | ${last?.dropped ?? '?'} ` +
        `| ${((100 * (usage.cpu - before.usage.cpu)) / seconds).toFixed(0)} / ${((100 * (usage.machine - before.usage.machine)) / seconds).toFixed(0)} % | ${memory.own.toFixed(0)} / ${memory.all.toFixed(0)} MB ` +
        `| ${overload.join(', ')} | ${faults.join(', ')} |`,
    );
    this.#minuteStart = {
      ...{ usage, at },
      frames: last?.frames ?? 0,
      curtained: last?.curtained ?? 0,
    };
    this.#recent = [];
    this.#drawn = 0;
    this.#statuses = [];
  }

  /** Results for the whole run. */
  end(summary: LiveSummary | null, log: ReadonlyMap<string, number>, hasFaults: boolean): void {
    const seconds = (this.#latest!.at - this.#startedAt) / 1000;
    const all = [...this.#latencies].sort(([a], [b]) => a - b);
    const [first, last] = [this.#atMinute!, this.#memoryNow()];
    const grown = (key: 'own' | 'all'): string =>
      `${first[key].toFixed(0)} → ${last[key].toFixed(0)} MB (${((100 * (last[key] - first[key])) / first[key]).toFixed(1)} %)`;
    const rate = (count: number): string => (count / seconds).toFixed(2);
    console.log(`
capture to canvas  p50 ${quantileOf(all, 0.5)} ms  p95 ${quantileOf(all, 0.95)} ms  p99 ${quantileOf(all, 0.99)} ms  most ${all.at(-1)?.[0] ?? '-'} ms
frames             ${summary?.framesIn ?? '?'} in  ${summary?.frames ?? '?'} out  ${summary?.dropped ?? '?'} dropped  drawn ${rate(this.#drawnInAll)} a second
pipeline           p50 ${summary?.latency?.p50 ?? '?'} ms  p95 ${summary?.latency?.p95 ?? '?'} ms
covered            ${summary === null ? '?' : ((100 * summary.curtained) / summary.frames).toFixed(2)} % ${JSON.stringify(summary?.causes ?? {})}
CPU                ${((100 * (this.#latest!.usage.cpu - this.#first!.cpu)) / seconds).toFixed(0)} % of one core, with all children; the machine, with browser and all, ${((100 * (this.#latest!.usage.machine - this.#first!.machine)) / seconds).toFixed(0)} % of ${100 * cpus().length} %
memory             own ${grown('own')}  all ${grown('all')}, minute 1 to ${this.#minute}
outputs            ${JSON.stringify(summary?.outputs.map(({ name, dropped, failures, files }) => ({ name, dropped, failures, files: files.length })) ?? [])}
lost               source ${summary?.sourceLosses ?? '?'} times, detector ${summary?.detectorFailures ?? '?'} times
`);
    for (const [line, count] of log) console.log(`${String(count).padStart(6)} × ${line}`);
    const most = hasFaults ? GROWTH.faults : GROWTH.calm;
    if (last.own > first.own * (1 + most)) this.problem(`memory grew: ${grown('own')}`);
    if (last.all > first.all * (1 + most)) this.problem(`memory of all processes grew: ${grown('all')}`);
    if (summary === null) this.problem('it said nothing at the end');
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Prints the problems; true without any. */
  conclude(): boolean {
    for (const problem of this.#problems) console.log(`PROBLEM: ${problem}`);
    if (this.#problems.length === 0) console.log('Nothing was wrong.');
    return this.#problems.length === 0;
  }

  #memoryNow(): { readonly own: number; readonly all: number } {
    return {
      own: quantile(
        this.#memory.map(({ own }) => own),
        0.5,
      ),
      all: quantile(
        this.#memory.map(({ all }) => all),
        0.5,
      ),
    };
  }
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

/** @param counted values in order, each with how often it came */
function quantileOf(counted: readonly (readonly [number, number])[], share: number): number {
  let left = share * counted.reduce((sum, [, count]) => sum + count, 0);
  return (
    counted.find(([, count]) => {
      left -= count;
      return left < 0;
    })?.[0] ?? NaN
  );
}
