import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LiveStatus, LiveSummary } from '../../src/frame/live-output.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** `veil live` as a separate process that reports its state. */
export class LiveProgram {
  readonly pid: number;
  /** Its statuses, one a second, until the caller empties the list. */
  readonly statuses: LiveStatus[] = [];
  /** Lines of its log, by their beginnings, with how often each came. */
  readonly log = new Map<string, number>();
  summary: LiveSummary | null = null;
  readonly #child: ChildProcess;
  readonly #url: Promise<string>;
  #sayUrl: (url: string) => void = () => undefined;

  constructor(args: readonly string[]) {
    this.#url = new Promise((resolve) => {
      this.#sayUrl = resolve;
    });
    this.#child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), MAIN, 'live', ...args, '--json'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.pid = this.#child.pid ?? 0;
    createInterface(this.#child.stdout!).on('line', (line) => {
      this.#hear(line);
    });
    createInterface(this.#child.stderr!).on('line', (line) => {
      this.#note(line);
    });
  }

  /** The address of its preview, once it is open. */
  async url(): Promise<string> {
    const ended = once(this.#child, 'exit').then(() => {
      throw new Error(`veil live did not start.\n${[...this.log.keys()].join('\n')}`);
    });
    return Promise.race([this.#url, ended]);
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = (await exited) as [number | null];
    return code;
  }

  #hear(line: string): void {
    const said = JSON.parse(line) as { type: string; url?: string };
    if (said.type === 'preview') this.#sayUrl(said.url ?? '');
    if (said.type === 'status') this.statuses.push(said as unknown as LiveStatus);
    if (said.type === 'summary') this.summary = said as unknown as LiveSummary;
  }

  #note(line: string): void {
    const text = line.startsWith('{') ? (JSON.parse(line) as { msg: string }).msg : line;
    // Ignores numbers and bounds the log: a soak of days must not fill the memory.
    const kind = text.replaceAll(/\d+/g, 'n').slice(0, 120);
    if (this.log.size < 200 || this.log.has(kind)) this.log.set(kind, (this.log.get(kind) ?? 0) + 1);
  }
}
