/** ffmpeg's messages about damage, from demuxers and decoders; its other warnings do not affect the picture. */
const DAMAGE = new RegExp(
  [
    'corrupt|error while decoding|error decoding|decode failed|concealing|invalid nal|invalid data found',
    'missing reference|could not find ref|non-existing|partial file|truncat|damaged|overread|decode_slice',
    'error splitting|file ended prematurely|crc mismatch|replace stream|error at mb|slice end not reached|unpack_\\w+|index overflow',
    'error dc|error y=|error count|became invalid|ignoring overflow|dc overflow|out of bounds|outside the valid range|error parsing|invalid as first byte',
  ].join('|'),
  'i',
);

/** Damage after this time counts as another place, seconds. */
const APART = 1;
/** Limit of listed places. */
const MOST = 5;

/** Places where a decoder reported damage. */
export class DamageNotes {
  readonly #spans: { from: number; to: number }[] = [];
  #now = 0;

  /** Sets the time of the latest frame, seconds. */
  advanceTo(time: number): void {
    this.#now = time;
  }

  /** Adds a line from the decoder, which may be a few frames ahead. */
  addLine(line: string): void {
    if (!DAMAGE.test(line)) return;
    const last = this.#spans.at(-1);
    if (last !== undefined && this.#now - last.to <= APART) last.to = Math.max(last.to, this.#now);
    else this.#spans.push({ from: this.#now, to: this.#now });
  }

  /** A sentence; null without damage. */
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
