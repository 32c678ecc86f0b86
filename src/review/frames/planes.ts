import type { Frame } from '../../frame/frame.ts';

/** Packed RGB, 3 bytes a pixel, as a frame of planes G, B, R. */
export function frameOfRgb(
  rgb: Uint8Array,
  { index, width, height }: Pick<Frame, 'index' | 'width' | 'height'>,
): Frame {
  const pixels = width * height;
  const data = new Uint8Array(3 * pixels);
  const [blue, red] = [pixels, 2 * pixels];
  for (let i = 0, from = 0; i < pixels; i += 1, from += 3) {
    data[red + i] = rgb[from]!;
    data[i] = rgb[from + 1]!;
    data[blue + i] = rgb[from + 2]!;
  }
  return { index, pts: index, time: 0, width, height, format: 'gbrp', data };
}

/** The reverse of {@link frameOfRgb}. */
export function rgbOfFrame({ data, width, height }: Pick<Frame, 'data' | 'width' | 'height'>): Buffer {
  const pixels = width * height;
  const rgb = Buffer.allocUnsafe(3 * pixels);
  const [blue, red] = [pixels, 2 * pixels];
  for (let i = 0, to = 0; i < pixels; i += 1, to += 3) {
    rgb[to] = data[red + i]!;
    rgb[to + 1] = data[i]!;
    rgb[to + 2] = data[blue + i]!;
  }
  return rgb;
}
