import { DamageNotes } from './damage-notes.ts';
import { ShapeNotes } from './shape-notes.ts';

/** How ffmpeg begins a line that tells of an error, with `-v level+…`. */
const ERROR = /\[(?:error|fatal|panic)\] /;

/** What a decoder says while it works that the user should know. */
export class DecoderNotes {
  readonly #damage = new DamageNotes();
  readonly #shape = new ShapeNotes();

  /** The frame that came last, seconds. */
  advanceTo(time: number): void {
    this.#damage.advanceTo(time);
    this.#shape.advanceTo(time);
  }

  /** A line of `ffmpeg -v level+verbose`. */
  addLine(line: string): void {
    if (ERROR.test(line)) this.#damage.addLine(line);
    else this.#shape.addLine(line);
  }

  /** What is known so far, a sentence each. */
  texts(): string[] {
    return [this.#damage.text(), this.#shape.text()].filter((text) => text !== null);
  }
}
