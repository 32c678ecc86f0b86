import type { Detector } from '../../../src/detect/detector.ts';
import type { Detection } from '../../../src/frame/detection.ts';
import type { Picture } from '../../../src/frame/frame.ts';
import { ffmpeg } from '../../support/covered-file.ts';

/**
 * Makes a video of a moving pattern with a white head that moves to and fro, and a red one that is gone half of the
 * time.
 *
 * @param filters further filters of the picture, and options of the output
 */
export async function makeMarkedVideo(
  path: string,
  {
    seconds = 8,
    rate = '25',
    filters = [],
    args = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '40', '-bf', '2'],
    sound = true,
  }: {
    readonly seconds?: number;
    readonly rate?: string;
    readonly filters?: readonly string[];
    readonly args?: readonly string[];
    readonly sound?: boolean;
  } = {},
): Promise<void> {
  const graph = [
    `testsrc2=s=160x120:r=${rate}:d=${seconds},eq=contrast=0.4:saturation=0.3[bg]`,
    `color=white:s=20x26:r=${rate}:d=${seconds}[white]`,
    `color=red:s=16x20:r=${rate}:d=${seconds}[red]`,
    `[bg][white]overlay=x='60+50*sin(t)':y=40:shortest=1[one]`,
    `[one][red]overlay=x=20+t:y=90:enable='lt(mod(t,2),1)':shortest=1${filters.map((each) => `,${each}`).join('')},format=yuv420p[v]`,
  ];
  await ffmpeg(
    ...(sound ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`] : []),
    ...['-filter_complex', graph.join(';'), '-map', '[v]', ...(sound ? ['-map', '0:a', '-c:a', 'aac'] : [])],
    ...args,
    path,
  );
}

/** A detector for those heads, in any order of looks. */
export function markDetector(): Detector {
  return {
    name: 'marks',
    description: 'test',
    traits: {
      cost: 'light',
      confirmation: { seenOnce: 0.35, largeFace: 0, holdSeconds: 0.4 },
      nearLooks: [160],
      largestFace: Infinity,
    },
    detect: ([picture]) =>
      Promise.resolve([
        ...marked(picture!, 0.9, (r, g, b) => r > 225 && g > 225 && b > 225),
        ...marked(picture!, 0.6, (r, g, b) => r > 200 && g < 70 && b < 70),
      ]),
    close: () => Promise.resolve(),
  };
}

function marked(
  { width, height, data }: Picture,
  score: number,
  isMark: (r: number, g: number, b: number) => boolean,
): Detection[] {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      if (!isMark(data[at]!, data[at + 1]!, data[at + 2]!)) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (right - left < 3) return [];
  return [{ box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }, score }];
}
