import { DamagedPlaces } from '../../ffmpeg/damaged-places.ts';

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

/** Where another film follows in an Ogg file that has several streams. */
const NEXT_FILM = /replace stream/;

/** Places where a decoder of pictures reported damage. */
export class DamageNotes {
  readonly #places = new DamagedPlaces();
  readonly #hasNextFilm: boolean;
  #now = 0;

  /** @param hasNextFilm whether it is known that another film follows in the file */
  constructor(hasNextFilm: boolean) {
    this.#hasNextFilm = hasNextFilm;
  }

  /** Sets the time of the latest frame, seconds. */
  advanceTo(time: number): void {
    this.#now = time;
  }

  /** Adds a line from the decoder, which may be a few frames ahead. */
  addLine(line: string): void {
    if (this.#hasNextFilm && NEXT_FILM.test(line)) return;
    if (DAMAGE.test(line)) this.#places.add(this.#now);
  }

  /** A sentence; null without damage. */
  text(): string | null {
    const places = this.#places.text();
    return places === null
      ? null
      : `The file is damaged at about ${places}: frames may be missing or smeared there.`;
  }
}
