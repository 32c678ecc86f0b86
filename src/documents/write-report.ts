import { basename } from 'node:path';
import type { Provenance } from './provenance.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import type { Track, TrackBoxOrigin } from '../frame/track.ts';
import type { InputReading } from '../frame/input-reading.ts';
import type { SourceInfo } from '../frame/source-info.ts';
import {
  COLUMNS,
  ORIGINS,
  type Curtain,
  type ReportSpan,
  type TrackRecord,
  type TrackRows,
} from './track-record.ts';
import { ownVersion } from '../base/own-version.ts';

export const REPORT_FORMAT = 'veil-report/1';

/** The `veil-report/1` document. Fields may be added; existing ones keep their meaning. */
export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly versions: Readonly<Record<string, string>>;
  readonly input: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly reading: InputReading;
  };
  readonly output: { readonly name: string };
  readonly timeBase: string;
  readonly frames: number;
  /** Additional frames of the output: its end repeats the last one. */
  readonly closingFrames: number;
  readonly looks: number;
  /** Number of frames in `curtains`. */
  readonly curtainFrames: number;
  /** Frames covered as a whole: their scene got no look, or the user asked for it. */
  readonly curtains: readonly Curtain[];
  readonly detector: string;
  readonly anonymizer: string;
  /** ffmpeg's name of the encoder; null for photos. */
  readonly encoder: string | null;
  readonly config: ResolvedConfig;
  readonly provenance: Provenance;
  readonly timings: Readonly<Record<string, number>>;
  readonly origins: readonly TrackBoxOrigin[];
  readonly columns: readonly string[];
  readonly tracks: readonly TrackRows[];
  readonly uncertain: readonly ReportSpan[];
  /** Number of further spans with negligible risk. */
  readonly unlisted: number;
  readonly warnings: readonly string[];
  /** The warnings that are reasons for the user to look through the output. */
  readonly doubts: readonly string[];
}

/** Facts that a record lacks. */
export type ReportInfo = Pick<
  Report,
  | 'versions'
  | 'output'
  | 'closingFrames'
  | 'looks'
  | 'detector'
  | 'anonymizer'
  | 'encoder'
  | 'config'
  | 'provenance'
  | 'timings'
  | 'uncertain'
  | 'unlisted'
  | 'warnings'
  | 'doubts'
> & {
  readonly inputName: string;
  readonly reading: InputReading;
  readonly info: SourceInfo;
  readonly tracks: readonly Track[];
};

/** The report of a run. */
export function reportOf(record: TrackRecord, facts: ReportInfo): Report {
  const { info, inputName, reading, tracks, versions, ...rest } = facts;
  const { curtains } = record;
  return {
    format: REPORT_FORMAT,
    versions,
    input: { name: inputName, width: info.width, height: info.height, reading },
    timeBase: `${info.timeBase.num}/${info.timeBase.den}`,
    frames: record.frames,
    curtainFrames: curtains.reduce((sum, { firstFrame, lastFrame }) => sum + lastFrame - firstFrame + 1, 0),
    curtains,
    ...rest,
    origins: ORIGINS,
    columns: COLUMNS,
    tracks: record.tracks(tracks),
  };
}

/** A config for a report: only names of files, since paths reveal whose machine it was. */
export function withoutFolders(config: ResolvedConfig): ResolvedConfig {
  const { detector, report } = config;
  return {
    ...config,
    detector: basename(detector),
    report: typeof report === 'string' ? basename(report) : report,
  };
}

/** Versions of Veil and of its runtime. */
export function ownVersions(): Record<string, string> {
  return { veil: ownVersion(), node: process.versions.node };
}
