import { detectInShapes } from '../detect/detect-in-shapes.ts';
import type { Detector } from '../detect/detector.ts';
import { findBinaries, type Binaries } from '../ffmpeg/binaries.ts';
import { VeilError } from '../errors.ts';
import { probe, type Probe, type VideoStream } from '../ffmpeg/probe.ts';
import { hasAlpha } from '../ffmpeg/has-alpha.ts';
import { iou, type Box } from '../frame/box.ts';
import { scaleDetections, type Detection } from '../frame/detection.ts';
import type { Frame, Picture } from '../frame/frame.ts';
import { openFfmpegSource } from '../source/file/ffmpeg-source.ts';
import type { StoredView } from '../source/file/stored-view.ts';
import { openImageSource } from '../source/photo/image-source.ts';
import { pictureFormatOf } from '../source/photo/picture-format.ts';
import { isPhoto } from '../source/photo/picture-support.ts';
import type { Source } from '../source/source.ts';
import { embeddedInPhoto, embeddedInVideo, type EmbeddedFile } from './embedded.ts';
import { CoveredHeads } from './covered-heads.ts';
import { FindingTracks, type Finding } from './findings.ts';
import { privateFolder } from './private-folder.ts';
import { photoProblems, videoProblems } from './file-problems.ts';
import { skippedPlaces } from './skipped-data.ts';
import { whileUnchanged } from '../pipeline/file/while-unchanged.ts';
import { AUDIT_STILL, planAudit } from '../observe/look-plan.ts';
import type { CoveredTracks } from '../documents/read-report.ts';

export interface AuditOptions {
  /** The finished file. */
  readonly path: string;
  readonly detector: Detector;
  /** The run's report: faces inside its covers are not findings, since blurred heads look like faces. */
  readonly report?: CoveredTracks | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (secondsDone: number) => void;
}

/** Result of an audit. */
export interface Audit {
  readonly frames: number;
  readonly seconds: number;
  /** What is wrong with the file itself, a sentence each: streams, tags, times. */
  readonly problems: readonly string[];
  /** Visible faces, by descending score. */
  readonly findings: readonly Finding[];
}

/** The stream of a photo. */
const SHOWN = { stream: 0 };

/** Without transparency, the audit views only the first. */
const STORED_VIEWS: readonly StoredView[] = ['picture', 'alpha', 'negative alpha'];

/** Boxes count as the same place from this overlap on (IoU). */
const SAME_PLACE = 0.3;

/** A longer time between two frames counts as a gap, seconds. */
const HOLE = 2;

/**
 * Searches a finished file for faces as thoroughly as an attacker would.
 *
 * @throws VeilError every INPUT_ reason, DETECTOR_FAILED
 */
export function auditFile(options: AuditOptions): Promise<Audit> {
  return whileUnchanged(options.path, async () => {
    await using copies = await privateFolder();
    return await ((await isPhoto(options.path)) ? auditPhoto : auditVideo)(options, copies.path);
  });
}

async function auditPhoto(options: AuditOptions, folder: string): Promise<Audit> {
  const { path, report = null, signal } = options;
  const source = await openImageSource({ path, look: AUDIT_STILL, signal });
  const skipped = await skippedPlaces(path, await findBinaries(), signal);
  const problems = await photoProblems({ path, report, skipped, signal });
  const look = await lookThrough(source, SHOWN, options);
  return withReport(
    await withEmbedded(look, embeddedInPhoto(path, folder, skipped), options),
    problems,
    report,
  );
}

async function auditVideo(options: AuditOptions, folder: string): Promise<Audit> {
  const { path, report = null, signal } = options;
  const binaries = await findBinaries();
  const facts = await probe(path, binaries, { signal });
  const skipped = await skippedPlaces(path, binaries, signal);
  const { problems, hiding } = await videoProblems(facts, { path, report, skipped, binaries, signal });
  const place = { stream: facts.video?.index ?? 0 };
  const main = await lookThrough(await openStream(facts, facts.video, binaries, options), place, options);
  const further: Look[] = [];
  // The report is about the displayed stream only.
  const bare = { ...options, report: null };
  for (const video of facts.videos) {
    const isMain = video.index === facts.video?.index;
    const shown = isMain ? main : await lookAtFurther(facts, video, binaries, bare);
    if (!isMain) further.push(shown);
    const views = hasAlpha(video) ? STORED_VIEWS : STORED_VIEWS.slice(0, hiding.has(video.index) ? 1 : 0);
    for (const view of views) {
      further.push(await lookAtStored(facts, video, binaries, { ...bare, view, seen: shown.findings }));
    }
  }
  const look = joined(main, further);
  const embedded = embeddedInVideo(path, folder, facts, skipped, binaries, signal);
  return withReport(await withEmbedded(look, embedded, options), problems, report);
}

/** Result for one stream. */
type Look = Pick<Audit, 'frames' | 'seconds' | 'problems' | 'findings'>;

function withReport(look: Look, before: readonly string[], report: CoveredTracks | null): Audit {
  const problems = [...before, ...look.problems];
  if (report !== null && !framesOf(report).includes(look.frames)) {
    problems.push(
      `It has ${look.frames} frames, and the report ${report.frames}: they do not belong together.`,
    );
  }
  const findings = [...look.findings].sort((a, b) => b.score - a.score);
  return { ...look, problems, findings };
}

/** Possible frame counts of the output: edit lists hide the closing frame in some players, but not in all. */
function framesOf({ frames, closingFrames }: CoveredTracks): number[] {
  return [frames, frames + closingFrames];
}

/** Adds findings in files that are embedded in this one. */
async function withEmbedded(
  look: Look,
  embedded: AsyncIterable<EmbeddedFile>,
  options: AuditOptions,
): Promise<Look> {
  const further: Look[] = [];
  for await (const file of embedded) further.push(await lookAtEmbedded(file, options));
  return joined(look, further);
}

function joined(main: Look, further: readonly Look[]): Look {
  return {
    ...main,
    problems: [main, ...further].flatMap(({ problems }) => problems),
    findings: [main, ...further].flatMap(({ findings }) => findings),
  };
}

async function lookAtEmbedded(file: EmbeddedFile, options: AuditOptions): Promise<Look> {
  const { path, where } = file;
  const { signal, detector } = options;
  return orNamed(
    `The content of ${where} is unknown: it can be read neither as a picture nor as a video.`,
    async () => {
      const isStill = (await pictureFormatOf(path)) !== null && (await isPhoto(path));
      const source = isStill
        ? await openImageSource({ path, look: AUDIT_STILL, signal })
        : await openPlain(path, detector, signal);
      const look = await lookThrough(source, { stream: 0, where }, { ...options, report: null });
      return { ...look, problems: look.problems.map((problem) => `In ${where}: ${problem}`) };
    },
  );
}

async function openPlain(path: string, detector: Detector, signal: AbortSignal | undefined): Promise<Source> {
  const binaries = await findBinaries();
  const facts = await probe(path, binaries, { signal });
  return openStream(facts, facts.video, binaries, {
    path,
    detector,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Searches all stored frames: pictures, including those below transparent parts, or the alpha channel itself. */
async function lookAtStored(
  facts: Probe,
  video: VideoStream,
  binaries: Binaries,
  options: AuditOptions & { readonly view: StoredView; readonly seen: readonly Finding[] },
): Promise<Look> {
  const { path, detector, view, seen, signal } = options;
  const where = view === 'picture' ? 'what is stored and not shown' : 'what is transparent';
  return orNamed(`${where} can't be looked at.`, async () => {
    const part = { path, binaries, start: null, end: null, signal, probe: { ...facts, video } };
    const source = await openFfmpegSource({
      ...{ ...part, look: planAudit(detector.traits, video), asStored: view },
    });
    const { findings, ...look } = await lookThrough(source, { stream: video.index, where }, options);
    return { ...look, problems: [], findings: unseen(findings, seen) };
  });
}

/**
 * Findings in stored frames that are not among the displayed ones. Edit lists shift their times, so findings are
 * matched by place and by a similar number of looks.
 */
function unseen(stored: readonly Finding[], shown: readonly Finding[]): Finding[] {
  const rest = [...shown];
  return stored.filter((finding) => {
    const same = rest.findIndex(
      (other) => iou(finding.box, other.box) >= SAME_PLACE && finding.looks <= 1.5 * other.looks + 2,
    );
    if (same !== -1) rest.splice(same, 1);
    return same === -1;
  });
}

async function openStream(
  facts: Probe,
  video: VideoStream | null,
  binaries: Binaries,
  options: AuditOptions,
): Promise<Source> {
  const { path, detector, signal } = options;
  const part = { path, binaries, start: null, end: null, signal };
  if (video === null || isCover(facts, video)) {
    // Files state their own duration for a cover picture.
    const still = video === null ? null : { ...video, duration: null, frameCount: 1 };
    return openFfmpegSource({ ...part, probe: { ...facts, video: still }, look: AUDIT_STILL });
  }
  const look = planAudit(detector.traits, video);
  return openFfmpegSource({ ...part, probe: { ...facts, video }, look });
}

function isCover({ streamKinds }: Probe, { index }: VideoStream): boolean {
  return streamKinds[index] === 'cover';
}

/** Players do not show further streams by default: if one can't be decoded, the audit reports that and goes on. */
async function lookAtFurther(
  facts: Probe,
  video: VideoStream,
  binaries: Binaries,
  options: AuditOptions,
): Promise<Look> {
  const place = { stream: video.index };
  return orNamed(`Stream ${video.index} can't be looked at.`, async () =>
    lookThrough(await openStream(facts, video, binaries, options), place, options),
  );
}

/** Turns a decoding error into a problem of the file; other errors are the audit's own. */
async function orNamed(problem: string, look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof VeilError) || !/^(?:INPUT|DECODER)_/.test(error.code)) throw error;
    return { frames: 0, seconds: 0, findings: [], problems: [problem] };
  }
}

async function lookThrough(
  opened: Source,
  place: Pick<Finding, 'stream' | 'where'>,
  options: AuditOptions,
): Promise<Look> {
  const { detector, report = null, onProgress } = options;
  await using source = opened;
  const problems: string[] = [];
  const covered = report === null ? null : new CoveredHeads(report, source.info);
  const findings = new FindingTracks(place);
  let frames = 0;
  let time = 0;
  for await (const { frame, pictures } of source.frames()) {
    if (frame.time - time > HOLE)
      problems.push(`Nothing is shown from ${clock(time)} to ${clock(frame.time)}.`);
    time = frame.time;
    frames += 1;
    if (pictures === null) continue;
    const open = await openFaces(frame, pictures, detector, covered);
    findings.add(frame, open, pictures[0]!);
    onProgress?.(time);
  }
  problems.push(...(source.doubts ?? []));
  return { frames, seconds: time, problems, findings: findings.result() };
}

/** Faces of one look outside covered heads, in pixels of the frame. */
async function openFaces(
  frame: Frame,
  pictures: readonly Picture[],
  detector: Detector,
  covered: CoveredHeads | null,
): Promise<Detection[]> {
  const see = async (these: readonly Picture[]): Promise<Detection[]> =>
    scaleDetections(await detectInShapes(detector, these), these[0]!, frame);
  const faces = await see(pictures);
  if (covered === null) return faces;
  const open = faces.filter(({ box }) => !covered.covers(frame.index, box));
  const doubtful = new Set(open.filter(({ box }) => covered.doubts(frame.index, box)));
  if (doubtful.size === 0) return open;
  const without = await see(pictures.map((each) => covered.withoutHeads(frame.index, each)));
  const isSeen = (box: Box): boolean => without.some((other) => iou(box, other.box) >= SAME_PLACE);
  return open.filter((face) => !doubtful.has(face) || isSeen(face.box));
}

function clock(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}
