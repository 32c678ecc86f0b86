import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits, Detector } from '../../detect/detector.ts';
import type { Provenance } from '../../documents/provenance.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import type { Logger } from '../../logger.ts';
import type { LookPlan } from '../../observe/look-plan.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { VideoSource } from '../../source/file/ffmpeg-source.ts';

/*
 * One video in parts: plan, observe each part, link once, render each part, join. Steps exchange plain data or files,
 * so each step can run in a process or on a machine of its own, and again after a failure: the same input, options and
 * plan give the same result.
 */

/** The range of input frames that one step of a part reads. It is longer than the part, see {@link Part}. */
export interface ReadSpan {
  /** Seconds from the start of the file, between two frames; null: start or end of the run. */
  readonly start: number | null;
  readonly end: number | null;
  /** Index in the run of the first frame read, and its time in ticks from the start of the run. */
  readonly firstFrame: number;
  readonly firstPts: number;
}

/** A part of a video. Frame numbers count from the start of the run. */
export interface Part {
  /** From 0. */
  readonly index: number;
  readonly firstFrame: number;
  readonly frames: number;
  /** With frames before it for cut detection, and the frame after it, which gets a look of its own. */
  readonly observe: ReadSpan;
  /** With frames before it that determine the cells of covered heads. */
  readonly render: ReadSpan;
}

/** How a video is cut into parts. Secret: with its noise seed and the output, an attacker may thin the covers. */
export interface PartPlan {
  readonly format: 'veil-part-plan/1';
  /** Version of Veil. Other versions must not work on the parts. */
  readonly veil: string;
  readonly input: { readonly bytes: number; readonly sha256: string };
  readonly noiseSeed: string;
  /** Of ffmpeg and other programs; other versions must not work on the parts. */
  readonly versions: Readonly<Record<string, string>>;
  readonly source: Pick<VideoSource, 'info' | 'color' | 'sampleAspectRatio'>;
  /** Notes about the input for the user, and reasons to look through the result, a sentence each. */
  readonly notes: readonly string[];
  readonly doubts: readonly string[];
  readonly look: LookPlan;
  /** Detector and its weights; others must not work on the parts. */
  readonly detector: Pick<Detector, 'name' | 'description'> &
    Pick<DetectorTraits, 'confirmation'> & { readonly weights: Provenance['weights'] };
  /** Of the whole run. */
  readonly frames: number;
  readonly parts: readonly Part[];
}

/** Result of observing a part. */
export interface ObservedPart {
  readonly part: number;
  /** Of the frames of the part only, as `encodeObservations` writes them. */
  readonly observations: string;
}

/** Covers of the whole video, after all parts were observed. */
export interface LinkedParts {
  /** In the format of `veil detect`; may be reviewed and edited before parts are rendered. */
  readonly tracks: TracksDocument;
  /** Time of every frame, ticks from the start of the run. */
  readonly pts: readonly number[];
  /** Number of spans with too little risk to be listed. */
  readonly unlisted: number;
}

/** A part rendered into a file of its own: video only, with the times of the run. */
export interface RenderedPart {
  readonly part: number;
  readonly frames: number;
  /** For example `cpu`. */
  readonly anonymizer: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of its frame times, `hashOfTimes`. */
  readonly times: string;
}

/** Options of all steps. */
export interface PartsOptions {
  /** Path of the video. */
  readonly input: string;
  /** Name or path of the output: its extension decides on the encoding. */
  readonly output: string;
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Called with the number of frames that this step has done. */
  readonly onFrames?: ((done: number) => void) | undefined;
}

/**
 * Cuts a video into parts.
 *
 * @param seconds approximate length of a part
 * @throws VeilError PARTS_UNFIT where parts are impossible (use `anonymizeFile`): photos, short videos, files that do
 *   not state when each frame is shown; and every INPUT_ reason
 */
export type PlanParts = (
  options: PartsOptions & { readonly detector: Promise<Detector>; readonly seconds: number },
) => Promise<PartPlan>;

/**
 * Observes one part.
 *
 * @throws VeilError PARTS_UNFIT if the frames are not those of the plan or are damaged, and errors of detector and
 *   source
 */
export type ObservePart = (
  plan: PartPlan,
  part: number,
  options: PartsOptions & { readonly detector: Promise<Detector> },
) => Promise<ObservedPart>;

/**
 * Tracks every face through all parts, as one run over the video does. Pure, except for the name of the input.
 *
 * @throws VeilError OBSERVATIONS_INVALID if a part is missing or not of this plan
 */
export type LinkParts = (
  plan: PartPlan,
  observed: readonly ObservedPart[],
  options: Pick<PartsOptions, 'input' | 'config'>,
) => Promise<LinkedParts>;

/**
 * Covers one part and encodes it into a new file, which only its owner can read and which is removed after a failure.
 *
 * @param file path of the file to write
 */
export type RenderPart = (
  plan: PartPlan,
  part: number,
  tracks: TracksDocument,
  file: string,
  options: PartsOptions,
) => Promise<RenderedPart>;

/**
 * Joins the parts with the audio of the input, without encoding again. Output, report and tracks get their names when
 * everything is done and checked, or not at all.
 *
 * @param files of the parts, in order
 */
export type JoinParts = (
  plan: PartPlan,
  linked: LinkedParts,
  rendered: readonly (RenderedPart & { readonly file: string })[],
  options: PartsOptions & {
    readonly reportPath: string | null;
    readonly tracksPath: string | null;
    /** Seconds that earlier steps took. Default 0. */
    readonly elapsed?: number;
  },
) => Promise<FileResult>;
