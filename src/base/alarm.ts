import { wallClock } from './clock.ts';

/** Lets one loop wait until something is due, and wakes it earlier when something has happened. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | null = null;

  /** Ends the wait, or the next one if there is none now, so that no event is slept through. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves at a time, milliseconds since 1970, or when it is rung. */
  async until(time: number): Promise<void> {
    if (!this.#isRung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, Math.max(0, Math.ceil(time - wallClock())));
      });
      clearTimeout(timer);
      this.#wake = null;
    }
    this.#isRung = false;
  }
}
