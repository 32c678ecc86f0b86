import { z } from 'zod';
import { capture } from './process.ts';
import { recall, remember, type Question } from './remembered-answers.ts';

/** What one build of ffmpeg can do, as far as Veil needs to know. */
export interface FfmpegFeatures {
  readonly filters: ReadonlySet<string>;
  readonly encoders: ReadonlySet<string>;
  /** `-fps_mode` (5.1 and later) instead of `-vsync` (deprecated since, gone one day). */
  readonly fpsMode: boolean;
  /** `-readrate_initial_burst` (6.1 and later): a file that is played with `-re` begins with half a second at once. */
  readonly initialBurst: boolean;
  /** The bitstream filter `setts` can set durations (5.0 and later). */
  readonly packetDurations: boolean;
  /** `-movie_timescale` (4.4 and later). */
  readonly movieTimescale: boolean;
  /** The filter `setparams` sets colours (4.2 and later). */
  readonly colorParams: boolean;
  /** libsvtav1 takes `-crf` (5.0 and later). */
  readonly svtCrf: boolean;
  /** Encoders of {@link TEN_BIT} that take 10 bits, of those that are there. */
  readonly tenBit: ReadonlySet<string>;
  /** The Matroska muxer makes up for the samples with which an encoder begins (6.0 and later). */
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
    codecDelay: z.boolean(),
    tenBit: names,
  }),
};

/** Encoders that are asked whether they take 10 bits: builds differ. */
const TEN_BIT = ['libx265', 'libvpx-vp9', 'libsvtav1', 'libaom-av1'];

const known = new Map<string, Promise<FfmpegFeatures>>();

/**
 * Asks a build of ffmpeg, once: the answer is remembered in the data folder until the program changes.
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
  // An answer without encoders comes from a program that failed.
  if (encoders.size > 0) {
    const lists = { filters: [...filters], encoders: [...encoders], tenBit: [...tenBit] };
    await remember(ffmpeg, FEATURES, { ...features, ...lists });
  }
  return features;
}

/** Version numbers would not do: builds from git have none, and distributions leave parts out. */
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
    // No option tells; builds from git have this number too.
    codecDelay: Number(/^libavformat +(\d+)\./m.exec(version)?.[1] ?? 0) >= 60,
  };
}

/** The lines that `ffmpeg -h full` prints under "NAME AVOptions:". */
function section(help: string, name: string): string {
  const start = help.search(new RegExp(`^${name}\\b.* AVOptions:`, 'm'));
  if (start < 0) return '';
  const end = help.indexOf('\n\n', start);
  return help.slice(start, end < 0 ? undefined : end);
}
