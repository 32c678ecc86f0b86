import type { Progress } from '../../pipeline/file/run-record.ts';
import type { TextOutput } from '../io.ts';
import { printable } from './terminal-text.ts';
import { duration } from './time-text.ts';

/** Redraw interval: smooth to the eye, at negligible cost. */
const REDRAW_MS = 100;

/** The progress line at the bottom of a terminal. */
export class ProgressLine {
  readonly #terminal: TextOutput;
  #drawnAt = -Infinity;
  #visible = false;

  constructor(terminal: TextOutput) {
    this.#terminal = terminal;
  }

  /** @param around text before and after the facts about one input */
  draw(
    name: string,
    progress: Progress,
    now: number = performance.now(),
    around: (text: string) => string = (text) => text,
  ): void {
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.say(name, around(progressText(progress)));
  }

  /** Shows any other state. */
  say(name: string, facts: string): void {
    this.#visible = true;
    // Some terminals report 0 columns if the width is unknown.
    const columns = this.#terminal.columns === 0 ? 80 : (this.#terminal.columns ?? 80);
    // Leave the last column free, because some terminals wrap there. The name is shortened, not the numbers.
    const room = Math.max(8, columns - 3 - facts.length);
    const line = `${shortened(printable(name), room)}  ${facts}`.slice(0, columns - 1);
    this.#terminal.write(`\r\x1b[K${line}`);
  }

  /** Clears the line for other text; the next draw is immediate. */
  clear(): void {
    this.#drawnAt = -Infinity;
    if (!this.#visible) return;
    this.#visible = false;
    this.#terminal.write('\r\x1b[K');
  }
}

/** Percent, frames per second, speed relative to real time, time left, current faces, tracks so far. */
export function progressText(progress: Progress): string {
  const { stage, framesDone, secondsDone, elapsed, facesNow, tracks } = progress;
  const share = shareDone(progress);
  const speed = elapsed > 0 ? secondsDone / elapsed : 0;
  return [
    ...(stage === 'finding' ? ['finding faces'] : []),
    ...(share === null ? [`${framesDone} frames`] : [`${Math.floor(share * 100)} %`]),
    `${elapsed > 0 ? (framesDone / elapsed).toFixed(1) : '0.0'} fps`,
    `${speed.toFixed(2)}x`,
    ...(share === null || share === 0 ? [] : [`ETA ${duration((elapsed * (1 - share)) / share)}`]),
    ...(stage === 'finding'
      ? []
      : [
          `${facesNow} ${facesNow === 1 ? 'face' : 'faces'}`,
          `${tracks} ${tracks === 1 ? 'track' : 'tracks'}`,
        ]),
  ].join('  ');
}

/** 0…1; null if the file does not state its length. */
export function shareDone({ framesDone, framesTotal, secondsDone, secondsTotal }: Progress): number | null {
  const done =
    secondsTotal !== null && secondsTotal > 0
      ? secondsDone / secondsTotal
      : framesTotal !== null && framesTotal > 0
        ? framesDone / framesTotal
        : null;
  return done === null ? null : Math.min(1, Math.max(0, done));
}

/** Keeps the end of a path, which identifies the file. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(text.length - length + 1)}`;
}
