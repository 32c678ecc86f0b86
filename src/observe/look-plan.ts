import type { ResolvedConfig } from '../config/schema.ts';
import type { DetectorTraits } from '../detect/detector.ts';
import type { Rational } from '../frame/frame.ts';

/** Which frames are looked at, and how closely. */
export interface LookPlan {
  /** Every n-th frame may be looked at. */
  readonly interval: number;
  /** Of these, every n-th is; those between only where the looks around them disagree. */
  readonly stride: number;
  /** Such extra looks for each of the others, at most. */
  readonly extraPerPass: number;
  /** Long sides of the pictures that are looked at, pixels. */
  readonly sizes: readonly number[];
  /** Whether all of the video is looked through before anything of it is covered. */
  readonly isWhole: boolean;
}

/** The rhythm of stills. */
const EVERY_FRAME = { interval: 1, stride: 1, extraPerPass: 0 } as const;

/** For frames that get no look. */
export const NO_LOOKS: LookPlan = { ...EVERY_FRAME, sizes: [], isWhole: false };

/** A still gets one look, so that look may be a close one. */
const STILL_SIZES = { usual: [512, 1024], always: 2048, audit: [640, 1280, 2048] };

type Effort = ResolvedConfig['effort'];

/** Seconds between two frames that may be looked at, 0 for every frame, and which of them are. */
const RHYTHM: Record<
  DetectorTraits['cost'],
  Record<Effort, { readonly seconds: number; readonly stride: number; readonly extraPerPass: number }>
> = {
  light: {
    fast: { seconds: 0.2, stride: 1, extraPerPass: 0 },
    balanced: { seconds: 0.1, stride: 2, extraPerPass: 1 },
    thorough: { seconds: 0, stride: 1, extraPerPass: 0 },
  },
  heavy: {
    fast: { seconds: 0.2, stride: 2, extraPerPass: 0.25 },
    balanced: { seconds: 0.133, stride: 2, extraPerPass: 0.5 },
    thorough: { seconds: 0.05, stride: 1, extraPerPass: 0 },
  },
};

/** What a file says of its frame rate need not be true. */
const MOST_FRAMES = 60;

/** Detectors find faces from 8 pixels; the large look keeps faces of this many pixels as large as that. */
const SMALLEST_FACE: Record<Effort, number> = { fast: 16, balanced: 12, thorough: 8 };
const SMALLEST_SEEN = 8;

/** Long side of the large look: no smaller, even where a small video is enlarged for it, and no larger. */
const LARGE: Record<Effort, { readonly least: number; readonly most: number }> = {
  fast: { least: 1024, most: 1024 },
  balanced: { least: 1024, most: 1536 },
  thorough: { least: 1280, most: 2048 },
};

/**
 * How a video is looked at: what the config says, else what fits its effort, its size and the detector.
 *
 * @param video width and height in pixels, average frames a second
 */
export function planLooks(
  { effort, look }: Pick<ResolvedConfig, 'effort' | 'look'>,
  { cost, nearLooks }: Pick<DetectorTraits, 'cost' | 'nearLooks'>,
  video: { readonly width: number; readonly height: number; readonly frameRate: Rational },
): LookPlan {
  const longSide = Math.max(video.width, video.height);
  const { least, most } = LARGE[effort];
  const wanted = (longSide * SMALLEST_SEEN) / SMALLEST_FACE[effort];
  const large = Math.round(Math.min(most, Math.max(least, wanted)) / 32) * 32;
  const { seconds, ...rhythm } = RHYTHM[cost][effort];
  const interval = Math.min(
    MOST_FRAMES,
    Math.max(1, Math.round((seconds * video.frameRate.num) / video.frameRate.den)),
  );
  return {
    ...(look.interval === null
      ? { interval, ...rhythm }
      : { interval: look.interval, stride: 1, extraPerPass: 0 }),
    sizes: look.sizes ?? [...nearLooks, large],
    isWhole: effort === 'thorough',
  };
}

/** How a still is looked at. */
export function planStill({ sizes }: Pick<ResolvedConfig['look'], 'sizes'>): LookPlan {
  const all = [...new Set([...(sizes ?? STILL_SIZES.usual), STILL_SIZES.always])];
  return { ...EVERY_FRAME, sizes: all, isWhole: false };
}

/** How an audit looks at a still. */
export const AUDIT_STILL: LookPlan = { ...EVERY_FRAME, sizes: STILL_SIZES.audit, isWhole: false };

/** How an audit looks at a video: as closely as a run with the most effort. */
export function planAudit(traits: DetectorTraits, video: Parameters<typeof planLooks>[2]): LookPlan {
  return planLooks({ effort: 'thorough', look: { interval: null, sizes: null } }, traits, video);
}
