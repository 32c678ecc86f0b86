import { DamageNotes } from './damage-notes.ts';
import { ShapeNotes } from './shape-notes.ts';

/** Prefix of ffmpeg's error lines, with `-v level+…`; frames with errors are only a warning. */
const ERROR = /\[(?:error|fatal|panic)\] |\[warning\] .*: corrupt decoded frame/;

/** Messages of a decoder that the user should know. */
export class DecoderNotes {
  readonly #damage: DamageNotes;
  readonly #shape = new ShapeNotes();

  /** @param hasNextFilm whether it is known that another film follows in the file */
  constructor(hasNextFilm = false) {
    this.#damage = new DamageNotes(hasNextFilm);
  }

  /** Sets the time of the latest frame, seconds. */
  advanceTo(time: number): void {
    this.#damage.advanceTo(time);
    this.#shape.advanceTo(time);
  }

  /** Adds a line of `ffmpeg -v level+verbose`. */
  addLine(line: string): void {
    if (ERROR.test(line)) this.#damage.addLine(line);
    else this.#shape.addLine(line);
  }

  /** Whether the decoder reported damage so far. */
  get isDamaged(): boolean {
    return this.#damage.text() !== null;
  }

  /** Notes so far, a sentence each. */
  texts(): string[] {
    return [this.#damage.text(), this.#shape.text()].filter((text) => text !== null);
  }
}
