/** What ffmpeg's demuxers and decoders say of damage; their other complaints leave the picture whole. */
const DAMAGE =
  /corrupt|error while decoding|error decoding|concealing|invalid nal|invalid data found|missing reference|could not find ref|non-existing|partial file|truncat|damaged|overread|decode_slice|error splitting|file ended prematurely/i;

/** Seconds after which damage counts as another place. */
const APART = 1;
/** Places that are told. */
const MOST = 5;

/** Where a decoder complained of damage. */
export class DamageNotes {
  readonly #spans: { from: number; to: number }[] = [];
  #now = 0;

  /** The frame that came last, seconds. */
  advanceTo(time: number): void {
    this.#now = time;
  }

  /** A line of the decoder, which may be a few frames ahead. */
  addLine(line: string): void {
    if (!DAMAGE.test(line)) return;
    const last = this.#spans.at(-1);
    if (last !== undefined && this.#now - last.to <= APART) last.to = Math.max(last.to, this.#now);
    else this.#spans.push({ from: this.#now, to: this.#now });
  }

  /** A sentence, or null. */
  text(): string | null {
    if (this.#spans.length === 0) return null;
    const places = this.#spans
      .slice(0, MOST)
      .map(({ from, to }) =>
        to - from < 0.1 ? `${from.toFixed(1)} s` : `${from.toFixed(1)}-${to.toFixed(1)} s`,
      );
    const more = this.#spans.length > MOST ? ` and ${this.#spans.length - MOST} places more` : '';
    return `The file is damaged at about ${places.join(', ')}${more}: frames may be missing or smeared there.`;
  }
}
