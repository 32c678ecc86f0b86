import type { ResolvedConfig } from '../config/schema.ts';
import type { DetectorTraits } from '../detect/detector.ts';
import type { Rational } from '../frame/frame.ts';

/** Which frames get a look, and how large. */
export interface LookPlan {
  /** Every n-th frame is a candidate. */
  readonly interval: number;
  /** Every n-th candidate gets a look; those between only if the looks around them disagree. */
  readonly stride: number;
  /** Limit of extra looks per regular look. */
  readonly extraPerPass: number;
  /** Long sides of the pictures of a look, pixels. */
  readonly sizes: readonly number[];
  /** Whether the whole video is searched before anything is covered. */
  readonly isWhole: boolean;
}

/** The rhythm of stills. */
const EVERY_FRAME = { interval: 1, stride: 1, extraPerPass: 0 } as const;

/** For frames that get no look. */
export const NO_LOOKS: LookPlan = { ...EVERY_FRAME, sizes: [], isWhole: false };

/** A still gets one look, which may be expensive. */
const STILL_SIZES = { usual: [512, 1024], always: 2048, audit: [640, 1280, 2048] };

type Effort = ResolvedConfig['effort'];

/** Seconds between candidate frames, 0 for every frame, and the stride of looks. */
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

/** Upper limit, because a file's stated frame rate may be wrong. */
const MOST_FRAMES = 60;

/** Detectors find faces from 8 pixels on; the large look scales faces of this size, in pixels, to at least that. */
const SMALLEST_FACE: Record<Effort, number> = { fast: 16, balanced: 12, thorough: 8 };
const SMALLEST_SEEN = 8;

/** Limits of the long side of the large look; small videos are enlarged for it. */
const LARGE: Record<Effort, { readonly least: number; readonly most: number }> = {
  fast: { least: 1024, most: 1024 },
  balanced: { least: 1024, most: 1536 },
  thorough: { least: 1280, most: 2048 },
};

/**
 * The look plan of a video: from the config, or else by effort, size and detector.
 *
 * @param video width and height in pixels, average frames per second
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

/** The look plan of a still. */
export function planStill({ sizes }: Pick<ResolvedConfig['look'], 'sizes'>): LookPlan {
  const all = [...new Set([...(sizes ?? STILL_SIZES.usual), STILL_SIZES.always])];
  return { ...EVERY_FRAME, sizes: all, isWhole: false };
}

/** The look plan of an audit for a still. */
export const AUDIT_STILL: LookPlan = { ...EVERY_FRAME, sizes: STILL_SIZES.audit, isWhole: false };

/** The look plan of an audit for a video: that of a run with the most effort. */
export function planAudit(traits: DetectorTraits, video: Parameters<typeof planLooks>[2]): LookPlan {
  return planLooks({ effort: 'thorough', look: { interval: null, sizes: null } }, traits, video);
}
