import { withoutAlpha } from '../../ffmpeg/has-alpha.ts';
import type { VideoStream } from '../../ffmpeg/probe.ts';
import { BT709 } from '../../ffmpeg/tone-map.ts';
import { alphaDecoder, planColor, withAlpha, type ColorPlan } from './color-plan.ts';

/** The picture below transparent parts, or the alpha channel as a grey picture or its negative: any may show faces. */
export type StoredView = 'picture' | 'alpha' | 'negative alpha';

/** The conversion by which an audit views stored content that players do not show. */
export function planStored(video: VideoStream, filters: ReadonlySet<string>, view: StoredView): ColorPlan {
  if (view === 'picture') return planColor(withoutAlpha(video), filters, false);
  const grey = [withAlpha(video, false), 'alphaextract', ...(view === 'alpha' ? [] : ['negate'])];
  return {
    ...{ input: alphaDecoder(video), filters: [...grey, 'format=yuv420p'] },
    ...{ frameFilters: [], pictureFilters: [], format: 'yuv420p', color: BT709, notes: [] },
  };
}
