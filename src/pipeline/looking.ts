import type { Detector } from '../detect/detector.ts';
import { VeilError } from '../errors.ts';
import type { Look } from '../frame/face.ts';
import type { Frame } from '../frame/frame.ts';
import { scaleBox } from '../frame/box.ts';
import type { SourceFrame } from '../source/source.ts';

/** A frame on its way, with the look at it where one is being taken. */
export interface LookedFrame {
  readonly frame: Frame;
  readonly look: Promise<Look> | null;
}

/**
 * Starts a look at every frame that came with pictures and hands the frame on at once: the detector works while
 * later frames are read. Looks run one after another, because one alone keeps every core busy. When the consumer
 * stops, looks that wait are dropped and the one that runs is waited for.
 */
export async function* looking(
  frames: AsyncIterable<SourceFrame>,
  detector: Detector,
): AsyncGenerator<LookedFrame, void, void> {
  const state = { isStopped: false };
  let previous: Promise<unknown> = Promise.resolve();
  const lookAt = async ({ frame, pictures }: LookedAt, after: Promise<unknown>): Promise<Look> => {
    await after;
    if (state.isStopped) throw new VeilError('INTERRUPTED', 'Stopped before the end.');
    const [largest] = pictures;
    const faces = await detector.detect(pictures);
    const scaleX = frame.width / (largest?.width ?? frame.width);
    const scaleY = frame.height / (largest?.height ?? frame.height);
    return {
      frame: frame.index,
      faces: faces.map((face) => ({ ...face, box: scaleBox(face.box, scaleX, scaleY) })),
    };
  };
  try {
    for await (const { frame, pictures } of frames) {
      if (pictures === null) {
        yield { frame, look: null };
        continue;
      }
      const look = lookAt({ frame, pictures }, previous);
      // The delay line awaits the look itself and sees its error; this keeps an early failure from being unhandled.
      look.catch(() => undefined);
      previous = look;
      yield { frame, look };
    }
  } finally {
    state.isStopped = true;
    await Promise.allSettled([previous]);
  }
}

interface LookedAt {
  readonly frame: Frame;
  readonly pictures: NonNullable<SourceFrame['pictures']>;
}
