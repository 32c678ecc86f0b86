import { wallClock } from './clock.ts';

/** Lets one loop wait for a time, and wakes it earlier on an event. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | null = null;

  /** Ends the current wait, or else the next one, so that no event is missed. */
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
