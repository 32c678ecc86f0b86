import type { Binaries } from './binaries.ts';
import { capture } from './process.ts';

/** A colour in the CIE 1931 chromaticity diagram. */
export type Chromaticity = readonly [x: number, y: number];

/** HDR mastering metadata: the mastering display and the light levels (SMPTE ST 2086, CTA-861.3). */
export interface Mastering {
  readonly display: {
    readonly red: Chromaticity;
    readonly green: Chromaticity;
    readonly blue: Chromaticity;
    readonly white: Chromaticity;
    /** Maximum and minimum, nits. */
    readonly luminance: readonly [most: number, least: number];
  } | null;
  /** Maximum content light level and maximum frame-average light level, nits. */
  readonly light: { readonly content: number; readonly frame: number } | null;
}

/** Mastering metadata of the first frame of a stream; null if it has none. */
export async function readMastering(
  path: string,
  index: number,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<Mastering | null> {
  const what = ['-select_streams', String(index), '-read_intervals', '%+#1', '-show_frames'];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', ...what, '-of', 'default', `file:${path}`];
  const { stdout } = await capture(ffprobe.path, args, { signal });
  const numberOf = (name: string): number => {
    const [, num, den = '1'] = new RegExp(`^${name}=(\\d+)(?:/(\\d+))?`, 'm').exec(stdout) ?? [];
    return Number(num) / Number(den);
  };
  const place = (name: string): Chromaticity => [numberOf(`${name}_x`), numberOf(`${name}_y`)];
  const display = {
    ...{ red: place('red'), green: place('green'), blue: place('blue'), white: place('white_point') },
    luminance: [numberOf('max_luminance'), numberOf('min_luminance')] as const,
  };
  const light = { content: numberOf('max_content'), frame: numberOf('max_average') };
  const isThere = Object.values(display).flat().every(Number.isFinite);
  const hasLight = Object.values(light).every(Number.isFinite);
  if (!isThere && !hasLight) return null;
  return { display: isThere ? display : null, light: hasLight ? light : null };
}

/** Parameters for an encoder, `name=value`; each encoder has its own units. */
export function masteringText({ display, light }: Mastering, encoder: 'libx265' | 'libsvtav1'): string[] {
  const isX265 = encoder === 'libx265';
  const place = (name: string, [x, y]: Chromaticity): string =>
    isX265
      ? `${name}(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`
      : `${name}(${x.toFixed(5)},${y.toFixed(5)})`;
  const nits = (value: number): string => (isX265 ? String(Math.round(value * 10_000)) : value.toFixed(4));
  const texts: string[] = [];
  if (display !== null) {
    const { red, green, blue, white, luminance } = display;
    const places = [place('G', green), place('B', blue), place('R', red), place('WP', white)].join('');
    const brightness = `L(${luminance.map(nits).join(',')})`;
    texts.push(`${isX265 ? 'master-display' : 'mastering-display'}=${places}${brightness}`);
  }
  if (light !== null) texts.push(`${isX265 ? 'max-cll' : 'content-light'}=${light.content},${light.frame}`);
  return texts;
}
