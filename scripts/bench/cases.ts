import type { ResolvedConfig } from '../../src/config/schema.ts';

/** One thing to measure: a picture size, what Veil does to it, and how the result is encoded. */
export interface BenchCase {
  /** Height of the picture, pixels; 16:9. */
  readonly height: 480 | 720 | 1080 | 2160;
  /** `render` covers so many drawn faces and looks for none; `blur` looks for those that are there. */
  readonly work:
    | { readonly command: 'render'; readonly faces: number }
    | { readonly command: 'blur'; readonly effort: ResolvedConfig['effort'] };
  /** Preset of x264, for Veil and for the plain transcode. */
  readonly preset: 'medium' | 'veryfast';
}

/** Such as `720p render 10 veryfast`. */
export function nameOf({ height, work, preset }: BenchCase): string {
  const what = work.command === 'render' ? `render ${work.faces}` : `blur ${work.effort}`;
  return `${height}p ${what} ${preset}`;
}

const HEIGHTS = [480, 720, 1080, 2160] as const;
const FACES = [0, 1, 10, 100, 500] as const;
const EFFORTS = ['fast', 'balanced', 'thorough'] as const;
const PRESETS = ['medium', 'veryfast'] as const;

/** Everything: takes an hour or more on two cores. */
export const ALL_CASES: readonly BenchCase[] = [
  ...HEIGHTS.flatMap((height) =>
    PRESETS.flatMap((preset) => FACES.map((faces): BenchCase => rendering(height, faces, preset))),
  ),
  ...HEIGHTS.flatMap((height) =>
    PRESETS.flatMap((preset) =>
      EFFORTS.map((effort): BenchCase => ({ height, work: { command: 'blur', effort }, preset })),
    ),
  ),
];

/** A few that tell most, for a machine that has other things to do. */
export const QUICK_CASES: readonly BenchCase[] = [
  rendering(720, 0, 'veryfast'),
  rendering(720, 10, 'veryfast'),
  rendering(720, 100, 'veryfast'),
  { height: 720, work: { command: 'blur', effort: 'balanced' }, preset: 'veryfast' },
];

function rendering(height: BenchCase['height'], faces: number, preset: BenchCase['preset']): BenchCase {
  return { height, work: { command: 'render', faces }, preset };
}
