/** Row of a track: frame, x, y, width, height in pixels, origin as an index. */
export type BoxRow = readonly [
  frame: number,
  x: number,
  y: number,
  width: number,
  height: number,
  origin: number,
];

/** Bits of a number in one byte; the eighth says that more follow. */
const LIMIT = 128;

/**
 * The rows of one track in a few bytes each: every number is kept as its difference from the row before, coordinates in
 * tenths of a pixel. A row takes 6 to 11 bytes instead of about a hundred, so that the memory of a long run hardly grows.
 */
export class PackedRows implements Iterable<BoxRow> {
  readonly firstFrame: number;
  #lastFrame = 0;
  #box: readonly number[] = [0, 0, 0, 0];
  #bytes = new Uint8Array(32);
  #length = 0;

  constructor(row: BoxRow) {
    this.firstFrame = row[0];
    this.add(row);
  }

  get lastFrame(): number {
    return this.#lastFrame;
  }

  /** Adds the row of a later frame. */
  add([frame, x, y, width, height, origin]: BoxRow): void {
    const box = [x, y, width, height].map((value) => Math.round(value * 10));
    this.#write(frame - this.#lastFrame);
    this.#write(origin);
    for (const [at, value] of box.entries()) this.#write(unsigned(value - this.#box[at]!));
    this.#lastFrame = frame;
    this.#box = box;
  }

  *[Symbol.iterator](): Generator<BoxRow, void> {
    const numbers = this.#numbers();
    const next = (): number => numbers.next().value ?? 0;
    let [frame, x, y, width, height] = [0, 0, 0, 0, 0];
    for (let first = numbers.next(); first.done !== true; first = numbers.next()) {
      frame += first.value;
      const origin = next();
      x += signed(next());
      y += signed(next());
      width += signed(next());
      height += signed(next());
      yield [frame, x / 10, y / 10, width / 10, height / 10, origin];
    }
  }

  #write(value: number): void {
    if (this.#length + 8 > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    let rest = value;
    for (; rest >= LIMIT; rest = Math.floor(rest / LIMIT)) {
      this.#bytes[this.#length] = LIMIT + (rest % LIMIT);
      this.#length += 1;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  *#numbers(): Generator<number, void> {
    let [value, factor] = [0, 1];
    for (let at = 0; at < this.#length; at += 1) {
      const byte = this.#bytes[at]!;
      value += (byte % LIMIT) * factor;
      factor *= LIMIT;
      if (byte >= LIMIT) continue;
      yield value;
      [value, factor] = [0, 1];
    }
  }
}

/** 0, −1, 1, −2, 2 … to 0, 1, 2, 3, 4 … */
function unsigned(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function signed(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
