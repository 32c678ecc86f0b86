/** Message of the fitting filter about the shape of its next input, at the level `verbose`. */
const FITTED = /^\[scale@fit @ .*?\bw:(\d+) h:(\d+) fmt:.*?\bsar:(\d+\/\d+) -> /;

/** Limit of listed changes. */
const MOST = 5;

/** Times at which the picture of a file changed its size or pixel aspect ratio. */
export class ShapeNotes {
  readonly #changes: string[] = [];
  #shape: string | null = null;
  #count = 0;
  #now = 0;

  /** Sets the time of the latest frame, seconds. */
  advanceTo(time: number): void {
    this.#now = time;
  }

  /** Adds a line from the decoder, which may be a few frames ahead. */
  addLine(line: string): void {
    const found = FITTED.exec(line);
    if (found === null) return;
    const [, width, height, sar] = found;
    // ffmpeg takes pixels of unknown shape for square ones.
    const pixels = sar === '0/1' ? '1:1' : sar!.replace('/', ':');
    const shape = `${width!}x${height!} with pixels ${pixels}`;
    if (this.#shape !== null && shape !== this.#shape) {
      this.#count += 1;
      if (this.#count <= MOST) this.#changes.push(`to ${shape} at about ${this.#now.toFixed(1)} s`);
    }
    this.#shape = shape;
  }

  /** A sentence; null without changes. */
  text(): string | null {
    if (this.#count === 0) return null;
    const more = this.#count > MOST ? ` and ${this.#count - MOST} times more` : '';
    return `The picture changes its size, ${this.#changes.join(', ')}${more}: it is fitted into the first one.`;
  }
}
