import type { Picture } from '../../src/frame/frame.ts';
import type { CapturedFrame, LiveListener } from '../../src/source/live/live-source.ts';

/** Records what a live source delivers, and lets a test wait for it. */
export class NotingListener implements LiveListener {
  readonly frames: CapturedFrame[] = [];
  readonly looks: { readonly index: number; readonly pictures: readonly Picture[] }[] = [];
  readonly losses: string[] = [];
  readonly sounds: { readonly capturedAt: number; readonly samples: Uint8Array }[] = [];
  /** Number of pictures that came before their frame. */
  looksBeforeTheirFrame = 0;
  hasEnded = false;
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  /** Resolves when a condition is met; checks it at each delivery. */
  until(condition: (noted: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until: () => condition(this), resolve });
      this.#look();
    });
  }

  frame(captured: CapturedFrame): void {
    this.frames.push(captured);
    this.#look();
  }

  pictures(index: number, pictures: readonly Picture[]): void {
    if (this.frames.every(({ frame }) => frame.index !== index)) this.looksBeforeTheirFrame += 1;
    this.looks.push({ index, pictures });
    this.#look();
  }

  sound(capturedAt: number, samples: Uint8Array): void {
    this.sounds.push({ capturedAt, samples });
    this.#look();
  }

  lost(reason: string): void {
    this.losses.push(reason);
    this.#look();
  }

  ended(): void {
    this.hasEnded = true;
    this.#look();
  }

  #look(): void {
    const met = this.#waiting.filter(({ until }) => until());
    this.#waiting = this.#waiting.filter((each) => !met.includes(each));
    for (const { resolve } of met) resolve();
  }
}
