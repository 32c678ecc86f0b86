import type { Picture } from '../frame/frame.ts';

/** The picture with black added at the right and bottom, so that both sides are multiples. */
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

/** The picture scaled by `scale` (bilinear) to fit into the size, with black at the right and bottom. */
export function letterbox(
  picture: Picture,
  width: number,
  height: number,
): { readonly picture: Picture; readonly scale: number } {
  const scale = Math.min(width / picture.width, height / picture.height);
  const columns = Math.max(1, Math.min(width, Math.round(picture.width * scale)));
  const rows = Math.max(1, Math.min(height, Math.round(picture.height * scale)));
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < rows; y += 1) {
    const [top, bottom, v] = neighbours((y + 0.5) / scale - 0.5, picture.height);
    for (let x = 0; x < columns; x += 1) {
      const [left, right, u] = neighbours((x + 0.5) / scale - 0.5, picture.width);
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (column: number, row: number): number =>
          picture.data[3 * (row * picture.width + column) + channel]!;
        const above = at(left, top) * (1 - u) + at(right, top) * u;
        const below = at(left, bottom) * (1 - u) + at(right, bottom) * u;
        data[3 * (y * width + x) + channel] = Math.round(above * (1 - v) + below * v);
      }
    }
  }
  return { picture: { width, height, data }, scale };
}

/** The pixels on either side of a position, and how far it is from the first. */
function neighbours(position: number, size: number): readonly [number, number, number] {
  const inside = Math.min(Math.max(position, 0), size - 1);
  const first = Math.floor(inside);
  return [first, Math.min(first + 1, size - 1), inside - first];
}
