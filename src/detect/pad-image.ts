import type { Picture } from '../frame/frame.ts';

/** Pads a picture with black at the right and bottom to multiples of a size. */
export function padPicture(picture: Picture, multiple: number): Picture {
  const width = Math.ceil(picture.width / multiple) * multiple;
  const height = Math.ceil(picture.height / multiple) * multiple;
  if (width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(3 * width * height);
  const row = 3 * picture.width;
  for (let y = 0; y < picture.height; y += 1) {
    data.set(picture.data.subarray(y * row, (y + 1) * row), 3 * y * width);
  }
  return { width, height, data };
}

/** Scales a picture (bilinear) to fit into a size, padded with black at the right and bottom. */
export function letterbox(
  picture: Picture,
  width: number,
  height: number,
): { readonly picture: Picture; readonly scale: number } {
  const scale = Math.min(width / picture.width, height / picture.height);
  const columns = Math.max(1, Math.min(width, Math.round(picture.width * scale)));
  const rows = Math.max(1, Math.min(height, Math.round(picture.height * scale)));
  const data = new Uint8Array(3 * width * height);
  const across = neighbours(columns, scale, picture.width);
  const down = neighbours(rows, scale, picture.height);
  const source = picture.data;
  // No closures and temporary pairs: they made this five times as slow as both networks of the webcam detector.
  for (let y = 0; y < rows; y += 1) {
    const top = 3 * picture.width * down.first[y]!;
    const bottom = 3 * picture.width * down.second[y]!;
    const v = down.share[y]!;
    let to = 3 * y * width;
    for (let x = 0; x < columns; x += 1) {
      const left = 3 * across.first[x]!;
      const right = 3 * across.second[x]!;
      const u = across.share[x]!;
      for (let channel = 0; channel < 3; channel += 1) {
        const above = source[top + left + channel]! * (1 - u) + source[top + right + channel]! * u;
        const below = source[bottom + left + channel]! * (1 - u) + source[bottom + right + channel]! * u;
        data[to] = Math.round(above * (1 - v) + below * v);
        to += 1;
      }
    }
  }
  return { picture: { width, height, data }, scale };
}

/** For each of `count` pixels, the two original pixels around its centre, and its distance from the first. */
function neighbours(
  count: number,
  scale: number,
  size: number,
): { readonly first: Int32Array; readonly second: Int32Array; readonly share: Float64Array } {
  const [first, second] = [new Int32Array(count), new Int32Array(count)];
  const share = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const inside = Math.min(Math.max((i + 0.5) / scale - 0.5, 0), size - 1);
    first[i] = Math.floor(inside);
    second[i] = Math.min(first[i]! + 1, size - 1);
    share[i] = inside - first[i]!;
  }
  return { first, second, share };
}
