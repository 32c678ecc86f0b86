import type { Detector } from '../detect/detector.ts';
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
 * later frames are read. Looks run one after another, because one alone keeps every core busy.
 */
export async function* looking(
  frames: AsyncIterable<SourceFrame>,
  detector: Detector,
): AsyncGenerator<LookedFrame, void, void> {
  let previous: Promise<unknown> = Promise.resolve();
  for await (const { frame, pictures } of frames) {
    if (pictures === null) {
      yield { frame, look: null };
      continue;
    }
    const look = previous.then(async (): Promise<Look> => {
      const [largest] = pictures;
      const faces = await detector.detect(pictures);
      const scaleX = frame.width / (largest?.width ?? frame.width);
      const scaleY = frame.height / (largest?.height ?? frame.height);
      return {
        frame: frame.index,
        faces: faces.map((face) => ({ ...face, box: scaleBox(face.box, scaleX, scaleY) })),
      };
    });
    // The delay line awaits the look itself and sees its error; this keeps an early failure from being unhandled.
    look.catch(() => undefined);
    previous = look;
    yield { frame, look };
  }
}
