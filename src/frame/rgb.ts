import type { Frame } from './frame.ts';

/** Converts packed RGB, 3 bytes per pixel, to the planes of a `gbrp` frame: G, B, R. */
export function planesOfRgb(rgb: Uint8Array, pixels: number): Uint8Array {
  const planes = new Uint8Array(3 * pixels);
  const [blue, red] = [pixels, 2 * pixels];
  for (let i = 0, from = 0; i < pixels; i += 1, from += 3) {
    planes[red + i] = rgb[from]!;
    planes[i] = rgb[from + 1]!;
    planes[blue + i] = rgb[from + 2]!;
  }
  return planes;
}

/** The reverse of {@link planesOfRgb}: a `gbrp` frame as packed RGB. */
export function rgbOfPlanes({ data, width, height }: Pick<Frame, 'data' | 'width' | 'height'>): Uint8Array {
  const pixels = width * height;
  const rgb = new Uint8Array(3 * pixels);
  const [blue, red] = [pixels, 2 * pixels];
  for (let i = 0, to = 0; i < pixels; i += 1, to += 3) {
    rgb[to] = data[red + i]!;
    rgb[to + 1] = data[i]!;
    rgb[to + 2] = data[blue + i]!;
  }
  return rgb;
}
