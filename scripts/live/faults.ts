import type { ClockCamera } from './clock-camera.ts';
import type { LiveWatcher } from './live-watcher.ts';
import type { ProcessTree } from './process-tree.ts';

/** Faults caused in turn. The run recovers from each by itself. */
export class Faults {
  readonly #all: readonly (readonly [string, () => Promise<unknown>])[];
  readonly #done: string[] = [];
  #next = 0;

  constructor(of: {
    readonly tree: ProcessTree;
    readonly watcher: LiveWatcher;
    readonly camera: ClockCamera | null;
  }) {
    const { tree, watcher, camera } = of;
    this.#all = [
      ['source killed', () => (camera === null ? tree.kill('testsrc2') : camera.pull())],
      ['HLS killed', () => tree.kill('index.m3u8')],
      ['pages came and went', () => watcher.churn()],
      ['recorder killed', () => tree.kill('film')],
      ['panic', () => watcher.panic(1000)],
      ['detector killed', () => tree.kill('look-process')],
      ['preview encoder killed', () => tree.kill('flv')],
    ];
  }

  async next(): Promise<void> {
    const [name, breakIt] = this.#all[this.#next % this.#all.length]!;
    this.#next += 1;
    await breakIt();
    this.#done.push(name);
  }

  /** The faults since the last call. */
  take(): string[] {
    return this.#done.splice(0);
  }
}
