import { capture } from './process.ts';

/** What one build of ffmpeg can do, as far as the decoder needs to know. */
export interface FfmpegFeatures {
  readonly filters: ReadonlySet<string>;
  /** `-fps_mode` (5.1 and later) instead of `-vsync` (deprecated since, gone one day). */
  readonly fpsMode: boolean;
  /** `-readrate_initial_burst` (6.1 and later): a file that is played with `-re` begins with half a second at once. */
  readonly initialBurst: boolean;
}

const known = new Map<string, Promise<FfmpegFeatures>>();

/** Asks the build itself, once: version numbers would not do, because builds from git have none. */
export function featuresOf(ffmpeg: string): Promise<FfmpegFeatures> {
  let features = known.get(ffmpeg);
  if (features === undefined) {
    features = ask(ffmpeg);
    known.set(ffmpeg, features);
  }
  return features;
}

async function ask(ffmpeg: string): Promise<FfmpegFeatures> {
  const [filters, help] = await Promise.all([
    capture(ffmpeg, ['-hide_banner', '-filters']),
    capture(ffmpeg, ['-hide_banner', '-h', 'long']),
  ]);
  return {
    filters: new Set([...filters.stdout.matchAll(/^ [TSC.|]{2,3} (\S+)/gm)].map(([, name]) => name!)),
    fpsMode: /^-fps_mode/m.test(help.stdout),
    initialBurst: /^-readrate_initial_burst/m.test(help.stdout),
  };
}
