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
