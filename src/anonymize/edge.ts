import type { Plane } from '../frame/frame.ts';
import type { Outline } from './region-kinds.ts';

/** Fade-out of a head around its protected shape, row by row of one plane. The arrays are valid until the next call. */
export interface Edge {
  /** Opacity of the cover for samples `from`…`to` of a row: 1 at the protected shape, 0 at the end of the ring. */
  shares(y: number, from: number, to: number): Float64Array;
  /** Weight of the cover among overlapping ones for the same samples: 1 at its centre, 0 at the end of the ring. */
  weights(y: number, from: number, to: number): Float64Array;
}

/** The edge of a head in one plane. */
export function edgeOf(head: Outline, plane: Plane): Edge {
  return head.shape === 'ellipse' ? new EllipseEdge(head, plane) : new RectangleEdge(head, plane);
}

let row = new Float64Array(0);

/** A buffer of at least this size, shared by all heads: each row is used before the next one is requested. */
function rowOf(length: number): Float64Array {
  if (row.length < length) row = new Float64Array(2 * length);
  return row;
}

class EllipseEdge implements Edge {
  /** Square of the outer radius of the ring, in radii. */
  readonly #end: number;
  readonly #across: Axis;
  readonly #down: Axis;

  constructor(head: Outline, plane: Plane) {
    this.#end = (1 + head.feather) ** 2;
    this.#across = axisOf(head.centerX, head.radiusX, plane.shiftX);
    this.#down = axisOf(head.centerY, head.radiusY, plane.shiftY);
  }

  shares(y: number, from: number, to: number): Float64Array {
    const { origin, step } = this.#across;
    const shares = rowOf(to - from);
    const reach = 1 / (this.#end - 1);
    const dy = this.#down.origin + this.#down.step * y;
    const below = dy * dy - 1;
    for (let x = from; x < to; x++) {
      const dx = origin + step * x;
      const way = Math.min(1, Math.max(0, (dx * dx + below) * reach));
      shares[x - from] = 1 - way * way * (3 - 2 * way);
    }
    return shares;
  }

  weights(y: number, from: number, to: number): Float64Array {
    const { origin, step } = this.#across;
    const weights = rowOf(to - from);
    const scale = 1 / this.#end;
    const dy = this.#down.origin + this.#down.step * y;
    const above = 1 - scale * dy * dy;
    for (let x = from; x < to; x++) {
      const dx = origin + step * x;
      const near = Math.max(0, above - scale * dx * dx);
      // A product: a power would take as long as everything else.
      weights[x - from] = near * near;
    }
    return weights;
  }
}

/** Maps samples to radii from the centre: `origin` + `step` × sample. */
interface Axis {
  readonly origin: number;
  readonly step: number;
}

function axisOf(center: number, radius: number, shift: number): Axis {
  const pixels = 1 << shift;
  return { origin: (0.5 * pixels - center) / radius, step: pixels / radius };
}

class RectangleEdge implements Edge {
  readonly #head: Outline;
  readonly #plane: Plane;

  constructor(head: Outline, plane: Plane) {
    this.#head = head;
    this.#plane = plane;
  }

  shares(y: number, from: number, to: number): Float64Array {
    const { feather } = this.#head;
    const overY = Math.max(0, this.#down(y) - 1) / feather;
    const shares = rowOf(to - from);
    for (let x = from; x < to; x++) {
      const overX = Math.max(0, this.#along(x) - 1) / feather;
      shares[x - from] = Math.max(0, 1 - overX * overX - overY * overY) ** 2;
    }
    return shares;
  }

  weights(y: number, from: number, to: number): Float64Array {
    const weights = rowOf(to - from);
    const end = 1 + this.#head.feather;
    const down = this.#down(y) / end;
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
