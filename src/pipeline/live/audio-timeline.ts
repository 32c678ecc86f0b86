/** Samples a second, each of 16 bits and two channels: 4 bytes. */
const RATE = 48_000;
const BYTES = 4;

/** Samples that are remembered: some seconds. */
const SIZE = 8 * RATE;

/** Samples by which a piece may miss its place before it is moved there: clocks tremble, and each move is heard. */
const TOLERANCE = 0.03 * RATE;

/**
 * Sound on the timeline of the frames. Pieces are put where they were captured; what is taken begins where the last
 * ended, so that it never runs ahead of the picture or behind it, and where nothing was captured there is silence.
 */
export class AudioTimeline {
  readonly #ring = new Int32Array(SIZE);
  /** Next sample to be taken, and where the next piece is expected. */
  #taken: number | null = null;
  #expected: number | null = null;

  /** Puts a piece of sound at the time of its first sample, seconds. */
  put(time: number, bytes: Uint8Array): void {
    const samples = new Int32Array(bytes.slice().buffer, 0, Math.floor(bytes.length / BYTES));
    const wanted = Math.round(time * RATE);
    const isClose = this.#expected !== null && Math.abs(wanted - this.#expected) <= TOLERANCE;
    const start = isClose ? this.#expected! : wanted;
    this.#expected = start + samples.length;
    // Sound that is too late is lost; sound too far ahead would overwrite samples that were not taken yet.
    const from = Math.max(start, this.#taken ?? start);
    const to = Math.min(start + samples.length, (this.#taken ?? from) + SIZE);
    for (let at = from; at < to; at += 1) this.#ring[at % SIZE] = samples[at - start]!;
  }

  /** The sound from where the last was taken up to a time, seconds: silence where there was none. */
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
