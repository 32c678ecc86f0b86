/** Samples per second, each with 16 bits and two channels: 4 bytes. */
const RATE = 48_000;
const BYTES = 4;

/** Samples in the ring buffer: some seconds. */
const SIZE = 8 * RATE;

/** A piece is shifted only if it is off by more samples than this: clocks jitter, and each shift is audible. */
const TOLERANCE = 0.03 * RATE;

/**
 * Audio on the timeline of the frames. Pieces go to their capture times. Each read begins where the last one ended, so
 * that audio stays in sync with the picture; gaps are silent.
 */
export class AudioTimeline {
  readonly #ring = new Int32Array(SIZE);
  /** Next sample to read, and the expected place of the next piece. */
  #taken: number | null = null;
  #expected: number | null = null;

  /** Adds a piece of audio at the time of its first sample, seconds. */
  put(time: number, bytes: Uint8Array): void {
    const samples = new Int32Array(bytes.slice().buffer, 0, Math.floor(bytes.length / BYTES));
    const wanted = Math.round(time * RATE);
    const isClose = this.#expected !== null && Math.abs(wanted - this.#expected) <= TOLERANCE;
    const start = isClose ? this.#expected! : wanted;
    this.#expected = start + samples.length;
    // Late audio is dropped; audio too far ahead would overwrite samples that were not read yet.
    const from = Math.max(start, this.#taken ?? start);
    const to = Math.min(start + samples.length, (this.#taken ?? from) + SIZE);
    for (let at = from; at < to; at += 1) this.#ring[at % SIZE] = samples[at - start]!;
  }

  /** Audio from the end of the last read up to a time, seconds; gaps are silent. */
  take(until: number): Uint8Array {
    const end = Math.round(until * RATE);
    const start = this.#taken ?? end;
    const taken = new Int32Array(Math.min(SIZE, Math.max(0, end - start)));
    for (let i = 0; i < taken.length; i += 1) {
      const place = (start + i) % SIZE;
      taken[i] = this.#ring[place]!;
      this.#ring[place] = 0;
    }
    this.#taken = start + taken.length;
    return new Uint8Array(taken.buffer);
  }
}
