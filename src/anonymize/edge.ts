import type { Plane } from '../frame/frame.ts';
import type { Outline } from './region-kinds.ts';

/** How a head fades out around its protected shape, row by row of one plane. The arrays are valid until the next call. */
export interface Edge {
  /** Share of the cover, 1 at the protected shape to 0 where the ring ends, of samples `from`…`to` of a row. */
  shares(y: number, from: number, to: number): Float64Array;
  /** What the cover counts beside others that lie over it: 1 in its middle to 0 where the ring ends. */
  weights(y: number, from: number, to: number): Float64Array;
}

/** The edge of a head in one plane. */
export function edgeOf(head: Outline, plane: Plane): Edge {
  return head.shape === 'ellipse' ? new EllipseEdge(head, plane) : new RectangleEdge(head, plane);
}

/** A buffer that is long enough for any row of the plane. */
class Row {
  #values = new Float64Array(0);

  of(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length);
    return this.#values;
  }
}

class EllipseEdge implements Edge {
  readonly #head: Outline;
  readonly #plane: Plane;
  /** Square of where the ring ends, in radii. */
  readonly #end: number;
  readonly #row = new Row();

  constructor(head: Outline, plane: Plane) {
    this.#head = head;
    this.#plane = plane;
    this.#end = (1 + head.feather) ** 2;
  }

  shares(y: number, from: number, to: number): Float64Array {
    const far = this.#squares(y, from, to);
    const reach = 1 / (this.#end - 1);
    for (let i = 0; i < to - from; i++) {
      const way = Math.min(1, Math.max(0, (far[i]! - 1) * reach));
      far[i] = 1 - way * way * (3 - 2 * way);
    }
    return far;
  }

  weights(y: number, from: number, to: number): Float64Array {
    const far = this.#squares(y, from, to);
    for (let i = 0; i < to - from; i++) far[i] = Math.max(0, 1 - far[i]! / this.#end) ** 2;
    return far;
  }

  /** Squares of the distance from the centre, in radii. */
  #squares(y: number, from: number, to: number): Float64Array {
    const { centerX, centerY, radiusX, radiusY } = this.#head;
    const { shiftX, shiftY } = this.#plane;
    const dy = ((y + 0.5) * (1 << shiftY) - centerY) / radiusY;
    const squares = this.#row.of(to - from);
    for (let x = from; x < to; x++) {
      const dx = ((x + 0.5) * (1 << shiftX) - centerX) / radiusX;
      squares[x - from] = dx * dx + dy * dy;
    }
    return squares;
  }
}

class RectangleEdge implements Edge {
  readonly #head: Outline;
  readonly #plane: Plane;
  readonly #row = new Row();

  constructor(head: Outline, plane: Plane) {
    this.#head = head;
    this.#plane = plane;
  }

  shares(y: number, from: number, to: number): Float64Array {
    const { feather } = this.#head;
    const overY = Math.max(0, this.#down(y) - 1) / feather;
    const shares = this.#row.of(to - from);
    for (let x = from; x < to; x++) {
      const overX = Math.max(0, this.#along(x) - 1) / feather;
      shares[x - from] = Math.max(0, 1 - overX * overX - overY * overY) ** 2;
    }
    return shares;
  }

  weights(y: number, from: number, to: number): Float64Array {
    const end = 1 + this.#head.feather;
    const down = this.#down(y) / end;
    const weights = this.#row.of(to - from);
    for (let x = from; x < to; x++) {
      const far = Math.max(this.#along(x) / end, down);
      weights[x - from] = Math.max(0, 1 - far * far) ** 2;
    }
    return weights;
  }

  /** Distances from the centre along an axis, in radii. */
  #along(x: number): number {
    return Math.abs((x + 0.5) * (1 << this.#plane.shiftX) - this.#head.centerX) / this.#head.radiusX;
  }

  #down(y: number): number {
    return Math.abs((y + 0.5) * (1 << this.#plane.shiftY) - this.#head.centerY) / this.#head.radiusY;
  }
}
