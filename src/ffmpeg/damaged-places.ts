/** Damage after this time counts as another place, seconds. */
const APART = 1;
/** Limit of listed places. */
const MOST = 5;

/** Places where a decoder reported damage, in seconds, in order. */
export class DamagedPlaces {
  readonly #spans: { from: number; to: number }[] = [];

  add(from: number, to: number = from): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && from - last.to <= APART) last.to = Math.max(last.to, to);
    else this.#spans.push({ from, to });
  }

  /** The places for a sentence, with unit; null without damage. */
  text(): string | null {
    if (this.#spans.length === 0) return null;
    const places = this.#spans
      .slice(0, MOST)
      .map(({ from, to }) =>
        to - from < 0.1 ? `${from.toFixed(1)} s` : `${from.toFixed(1)}-${to.toFixed(1)} s`,
      );
    const more = this.#spans.length > MOST ? ` and ${this.#spans.length - MOST} places more` : '';
    return `${places.join(', ')}${more}`;
  }
}
