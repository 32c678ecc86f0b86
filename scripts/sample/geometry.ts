import type { Box } from '../../src/frame/box.ts';

/** How a picture is seen: which point of it is in the middle, how large and how turned. */
export interface View {
  /** The point in the middle of the film, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** Film pixels a picture pixel. */
  readonly scale: number;
  /** Clockwise, radians. */
  readonly angle: number;
}

/** Maps (x, y) to (a·x + b·y + c, d·x + e·y + f). Whole numbers are corners of pixels, not their centres. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** From picture to film of this size. */
export function pictureToFilm(view: View, width: number, height: number): Affine {
  const cos = Math.cos(view.angle) * view.scale;
  const sin = Math.sin(view.angle) * view.scale;
  return {
    a: cos,
    b: -sin,
    c: width / 2 - cos * view.x + sin * view.y,
    d: sin,
    e: cos,
    f: height / 2 - sin * view.x - cos * view.y,
  };
}

/** The way back. */
export function inverse({ a, b, c, d, e, f }: Affine): Affine {
  const det = a * e - b * d;
  return {
    a: e / det,
    b: -b / det,
    c: (b * f - c * e) / det,
    d: -d / det,
    e: a / det,
    f: (c * d - a * f) / det,
  };
}

/** The view between two at `t` (0…1), gently started and ended; size changes by factors, as a zoom does. */
export function viewBetween(from: View, to: View, t: number): View {
  const s = t * t * (3 - 2 * t);
  return {
    x: from.x + (to.x - from.x) * s,
    y: from.y + (to.y - from.y) * s,
    scale: from.scale * (to.scale / from.scale) ** s,
    angle: from.angle + (to.angle - from.angle) * s,
  };
}

/** The box around a mapped face. A face fills the ellipse in its box, so that is what is turned, not the corners. */
export function faceInFilm(face: Box, { a, b, c, d, e, f }: Affine): Box {
  const x = face.x + face.width / 2;
  const y = face.y + face.height / 2;
  const halfWidth = Math.hypot((a * face.width) / 2, (b * face.height) / 2);
  const halfHeight = Math.hypot((d * face.width) / 2, (e * face.height) / 2);
  return {
    x: a * x + b * y + c - halfWidth,
    y: d * x + e * y + f - halfHeight,
    width: 2 * halfWidth,
    height: 2 * halfHeight,
  };
}
