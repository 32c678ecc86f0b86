import { z } from 'zod';
import { capture } from './process.ts';
import { recall, remember, type Question } from './remembered-answers.ts';

/** Features of one build of ffmpeg that matter to Veil. */
export interface FfmpegFeatures {
  readonly filters: ReadonlySet<string>;
  readonly encoders: ReadonlySet<string>;
  /** `-fps_mode` (5.1 and later) instead of `-vsync` (deprecated since then). */
  readonly fpsMode: boolean;
  /** `-readrate_initial_burst` (6.1 and later): `-re` starts with a burst of half a second. */
  readonly initialBurst: boolean;
  /** The bitstream filter `setts` can set durations (5.0 and later). */
  readonly packetDurations: boolean;
  /** `-movie_timescale` (4.4 and later). */
  readonly movieTimescale: boolean;
  /** The filter `setparams` sets colours (4.2 and later). */
  readonly colorParams: boolean;
  /** libsvtav1 takes `-crf` (5.0 and later). */
  readonly svtCrf: boolean;
  /** The available encoders of {@link TEN_BIT} that support 10 bits. */
  readonly tenBit: ReadonlySet<string>;
  /** Times in Ogg files count from the start of the requested streams (6.0 and later), not of the file. */
  readonly oggFromOwnStart: boolean;
  /** The Matroska muxer compensates for the priming samples of an encoder (6.0 and later). */
  readonly codecDelay: boolean;
}

const names = z.array(z.string()).transform((list): ReadonlySet<string> => new Set(list));

const FEATURES: Question<FfmpegFeatures> = {
  name: 'features',
  schema: z.strictObject({
    filters: names,
    encoders: names,
    fpsMode: z.boolean(),
    initialBurst: z.boolean(),
    packetDurations: z.boolean(),
    movieTimescale: z.boolean(),
    colorParams: z.boolean(),
    svtCrf: z.boolean(),
    oggFromOwnStart: z.boolean(),
    codecDelay: z.boolean(),
    tenBit: names,
  }),
};

/** Encoders to query for 10-bit support: builds differ. */
const TEN_BIT = ['libx265', 'libvpx-vp9', 'libsvtav1', 'libaom-av1'];

const known = new Map<string, Promise<FfmpegFeatures>>();

/**
 * Queries a build of ffmpeg, once: the data folder stores the answer until the program changes.
 *
 * @param ffmpeg path of the program
 */
export function featuresOf(ffmpeg: string): Promise<FfmpegFeatures> {
  let features = known.get(ffmpeg);
  if (features === undefined) {
    features = recallOrAsk(ffmpeg);
    known.set(ffmpeg, features);
  }
  return features;
}

async function recallOrAsk(ffmpeg: string): Promise<FfmpegFeatures> {
  const remembered = await recall(ffmpeg, FEATURES);
  if (remembered !== null) return remembered;
  const features = await ask(ffmpeg);
  const { filters, encoders, tenBit } = features;
  // A list without encoders comes from a failed program.
  if (encoders.size > 0) {
    const lists = { filters: [...filters], encoders: [...encoders], tenBit: [...tenBit] };
    await remember(ffmpeg, FEATURES, { ...features, ...lists });
  }
  return features;
}

/** Queries features instead of version numbers: builds from git have none, and distributions leave parts out. */
async function ask(ffmpeg: string): Promise<FfmpegFeatures> {
  const asked = (...args: string[]) => capture(ffmpeg, ['-hide_banner', ...args]);
  const questions = [['-filters'], ['-encoders'], ['-h', 'full'], ['-version']];
  const answers = await Promise.all(questions.map((question) => asked(...question)));
  const [filters, encoders, help, version] = answers.map(({ stdout }) => stdout) as [
    string,
    string,
    string,
    string,
  ];
  const formats = await Promise.all(TEN_BIT.map((encoder) => asked('-h', `encoder=${encoder}`)));
  // For what no option tells; builds from git have this number too.
  const libavformat = Number(/^libavformat +(\d+)\./m.exec(version)?.[1] ?? 0);
  return {
    filters: new Set([...filters.matchAll(/^ [TSC.|]{2,3} (\S+)/gm)].map(([, name]) => name!)),
    encoders: new Set([...encoders.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].map(([, name]) => name!)),
    fpsMode: /^-fps_mode/m.test(help),
    initialBurst: /^-readrate_initial_burst/m.test(help),
    packetDurations: section(help, 'setts_bsf').includes('-duration '),
    movieTimescale: /^ *-movie_timescale /m.test(help),
    colorParams: section(help, 'setparams').includes('colorspace '),
    svtCrf: section(help, 'libsvtav1').includes('-crf '),
    tenBit: new Set(TEN_BIT.filter((_, i) => /pixel formats:.* yuv420p10le/.test(formats[i]!.stdout))),
    oggFromOwnStart: libavformat >= 60,
    codecDelay: libavformat >= 60,
  };
}

/** The lines that `ffmpeg -h full` prints below "NAME AVOptions:". */
function section(help: string, name: string): string {
  const start = help.search(new RegExp(`^${name}\\b.* AVOptions:`, 'm'));
  if (start < 0) return '';
  const end = help.indexOf('\n\n', start);
  return help.slice(start, end < 0 ? undefined : end);
}
