import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits, Detector } from '../../detect/detector.ts';
import type { Provenance } from '../../documents/provenance.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import type { Logger } from '../../logger.ts';
import type { LookPlan } from '../../observe/look-plan.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { VideoSource } from '../../source/file/ffmpeg-source.ts';

/*
 * One video in parts: plan, observe each part, link once, render each part, join. What passes from step to step is
 * plain data or a file, so each step can run in a process or on a machine of its own, and again after a failure: the
 * same input, options and plan give the same result.
 */

/** Frames that are read of the input for one step of a part. More are read than belong to it, see {@link Part}. */
export interface ReadSpan {
  /** Seconds from the start of the file, between two frames; null: where the run begins or ends. */
  readonly start: number | null;
  readonly end: number | null;
  /** Index in the run of the first frame that is read, and its time in ticks from the start of the run. */
  readonly firstFrame: number;
  readonly firstPts: number;
}

/** A part of a video. Frames are counted from the start of the run. */
export interface Part {
  /** From 0. */
  readonly index: number;
  readonly firstFrame: number;
  readonly frames: number;
  /** With the frames before from which cuts are told, and the one after, which gets a look of its own. */
  readonly observe: ReadSpan;
  /** With the frames before from which the cells of covered heads are known. */
  readonly render: ReadSpan;
}

/** How a video is cut into parts. Holds the seed of the noise: whoever has it and the output may thin the covers. */
export interface PartPlan {
  readonly format: 'veil-part-plan/1';
  /** Version of Veil. Another one must not work on the parts. */
  readonly veil: string;
  readonly input: { readonly bytes: number; readonly sha256: string };
  readonly noiseSeed: string;
  /** Of the programs that take part: other ones must not work on the parts. */
  readonly versions: Readonly<Record<string, string>>;
  readonly source: Pick<VideoSource, 'info' | 'color' | 'sampleAspectRatio'>;
  /** What somebody should know of the input, and why to look through the result, a sentence each. */
  readonly notes: readonly string[];
  readonly doubts: readonly string[];
  readonly look: LookPlan;
  /** What finds the faces, and with which weights: another one must not work on the parts. */
  readonly detector: Pick<Detector, 'name' | 'description'> &
    Pick<DetectorTraits, 'confirmation'> & { readonly weights: Provenance['weights'] };
  /** Of the whole run. */
  readonly frames: number;
  readonly parts: readonly Part[];
}

/** What was seen of a part. */
export interface ObservedPart {
  readonly part: number;
  /** Of the frames of the part alone, as `encodeObservations` writes them. */
  readonly observations: string;
}

/** What is to be covered, after all parts were observed. */
export interface LinkedParts {
  /** As `veil detect` writes it; may be reviewed and edited before parts are rendered. */
  readonly tracks: TracksDocument;
  /** Time of every frame, ticks from the start of the run. */
  readonly pts: readonly number[];
  /** Spans that carry next to no risk. */
  readonly unlisted: number;
}

/** A part that was rendered into a file of its own: video alone, with the times of the run. */
export interface RenderedPart {
  readonly part: number;
  readonly frames: number;
  /** Such as `cpu`. */
  readonly anonymizer: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What all steps are given. */
export interface PartsOptions {
  /** Path of the video. */
  readonly input: string;
  /** Name or path of the output: its ending decides on the encoding. */
  readonly output: string;
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Called with the frames of this step that are done. */
  readonly onFrames?: ((done: number) => void) | undefined;
}

/**
 * Cuts a video into parts.
 *
 * @param seconds of a part, about
 * @throws VeilError PARTS_UNFIT for what has to be covered in one piece (`anonymizeFile`): photos, short videos, files
 *   that do not state when each frame is shown; and every INPUT_ reason not to start
 */
export type PlanParts = (
  options: PartsOptions & { readonly detector: Promise<Detector>; readonly seconds: number },
) => Promise<PartPlan>;

/**
 * Observes one part.
 *
 * @throws VeilError PARTS_UNFIT where the frames are not those of the plan or are damaged, and what detectors and
 *   sources throw
 */
export type ObservePart = (
  plan: PartPlan,
  part: number,
  options: PartsOptions & { readonly detector: Promise<Detector> },
) => Promise<ObservedPart>;

/**
 * Follows every face through all parts, as one run over the video does. Pure, but for the name of the input.
 *
 * @throws VeilError OBSERVATIONS_INVALID where a part is missing or not of this plan
 */
export type LinkParts = (
  plan: PartPlan,
  observed: readonly ObservedPart[],
  options: Pick<PartsOptions, 'input' | 'config'>,
) => Promise<LinkedParts>;

/**
 * Covers one part and encodes it into a file of its own, which must not exist: readable by its owner alone, removed
 * after a failure.
 *
 * @param file path of the file to make
 */
export type RenderPart = (
  plan: PartPlan,
  part: number,
  tracks: TracksDocument,
  file: string,
  options: PartsOptions,
) => Promise<RenderedPart>;

/**
 * Joins the parts with the sound of the input, without encoding again. Output, report and tracks appear under their
 * names when everything is done and checked, or not at all.
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
    /** Seconds that the steps before took. Default 0. */
    readonly elapsed?: number;
  },
) => Promise<FileResult>;
