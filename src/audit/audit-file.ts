import { detectInShapes } from '../detect/detect-in-shapes.ts';
import type { Detector } from '../detect/detector.ts';
import { findBinaries, type Binaries } from '../ffmpeg/binaries.ts';
import { VeilError } from '../errors.ts';
import { probe, type Probe, type VideoStream } from '../ffmpeg/probe.ts';
import { hasAlpha } from '../ffmpeg/has-alpha.ts';
import { iou } from '../frame/box.ts';
import { scaleDetections } from '../frame/detection.ts';
import { openFfmpegSource } from '../source/file/ffmpeg-source.ts';
import { openImageSource } from '../source/photo/image-source.ts';
import { pictureFormatOf } from '../source/photo/picture-format.ts';
import { isPhoto } from '../source/photo/picture-support.ts';
import type { Source } from '../source/source.ts';
import { embeddedInPhoto, embeddedInVideo, type EmbeddedFile } from './embedded.ts';
import { CoveredHeads } from './covered-heads.ts';
import { FindingTracks, type Finding } from './findings.ts';
import { privateFolder } from './private-folder.ts';
import { findHidden } from './hidden-packets.ts';
import { imageProblems } from './image-problems.ts';
import { streamProblems } from './stream-problems.ts';
import { provenanceProblems } from './provenance-problems.ts';
import { trailingProblems } from './trailing-bytes.ts';
import { AUDIT_STILL, planAudit } from '../observe/look-plan.ts';
import type { CoveredTracks } from '../documents/read-report.ts';

export interface AuditOptions {
  /** The finished file. */
  readonly path: string;
  readonly detector: Detector;
  /** Faces within what it covers are not found again: blurred heads look like faces. */
  readonly report?: CoveredTracks | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (secondsDone: number) => void;
}

/** What an audit found. */
export interface Audit {
  readonly frames: number;
  readonly seconds: number;
  /** What is wrong with the file itself, a sentence each: streams, tags, times. */
  readonly problems: readonly string[];
  /** Faces that are still to be seen, surest first. */
  readonly findings: readonly Finding[];
}

/** A photo's picture. */
const SHOWN = { stream: 0 };

/** Boxes at one place overlap by so much (IoU). */
const SAME_PLACE = 0.3;

/** A longer time between two frames is a hole, seconds. */
const HOLE = 2;

/**
 * Looks at a finished file as somebody would who wants to find a face in it.
 *
 * @throws VeilError every INPUT_ reason, DETECTOR_FAILED
 */
export async function auditFile(options: AuditOptions): Promise<Audit> {
  await using copies = await privateFolder();
  return await ((await isPhoto(options.path)) ? auditPhoto : auditVideo)(options, copies.path);
}

async function auditPhoto(options: AuditOptions, folder: string): Promise<Audit> {
  const { path, report = null, signal } = options;
  const source = await openImageSource({ path, look: AUDIT_STILL, signal });
  const problems = [...(await imageProblems(path)), ...(await provenanceProblems(path, report, signal))];
  const look = await lookThrough(source, SHOWN, options);
  return withReport(await withEmbedded(look, embeddedInPhoto(path, folder), options), problems, report);
}

async function auditVideo(options: AuditOptions, folder: string): Promise<Audit> {
  const { path, report = null, signal } = options;
  const binaries = await findBinaries();
  const facts = await probe(path, binaries, { signal });
  const hidden = await findHidden(path, facts, binaries, signal);
  const problems = [
    ...streamProblems(facts),
    ...hidden.problems,
    ...(await trailingProblems(path)),
    ...(await provenanceProblems(path, report, signal)),
  ];
  const place = { stream: facts.video?.index ?? 0 };
  const main = await lookThrough(await openStream(facts, facts.video, binaries, options), place, options);
  const further: Look[] = [];
  // A report tells of the stream that is shown.
  const bare = { ...options, report: null };
  for (const video of facts.videos) {
    const isMain = video.index === facts.video?.index;
    const shown = isMain ? main : await lookAtFurther(facts, video, binaries, bare);
    if (!isMain) further.push(shown);
    if (hidden.videos.has(video.index) || hasAlpha(video)) {
      further.push(await lookAtStored(facts, video, binaries, { ...bare, seen: shown.findings }));
    }
  }
  const look = joined(main, further);
  const embedded = embeddedInVideo(path, folder, facts, binaries, signal);
  return withReport(await withEmbedded(look, embedded, options), problems, report);
}

/** What was seen in one stream. */
type Look = Pick<Audit, 'frames' | 'seconds' | 'problems' | 'findings'>;

function withReport(look: Look, before: readonly string[], report: CoveredTracks | null): Audit {
  const problems = [...before, ...look.problems];
  if (report !== null && report.frames !== look.frames) {
    problems.push(
      `It has ${look.frames} frames, and the report ${report.frames}: they do not belong together.`,
    );
  }
  const findings = [...look.findings].sort((a, b) => b.score - a.score);
  return { ...look, problems, findings };
}

/** Adds what is seen in the things that lie within a file. */
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
    `It can't be said what is in ${where}: it is no picture and no video that can be read.`,
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

/** Looks at all frames that are stored, as they are below what is transparent. */
async function lookAtStored(
  facts: Probe,
  video: VideoStream,
  binaries: Binaries,
  options: AuditOptions & { readonly seen: readonly Finding[] },
): Promise<Look> {
  const { path, detector, seen, signal } = options;
  const where = 'what is stored and not shown';
  return orNamed(`${where} can't be looked at.`, async () => {
    const part = { path, binaries, start: null, end: null, signal, probe: { ...facts, video } };
    const source = await openFfmpegSource({
      ...{ ...part, look: planAudit(detector.traits, video), asStored: true },
    });
    const { findings, ...look } = await lookThrough(source, { stream: video.index, where }, options);
    return { ...look, problems: [], findings: unseen(findings, seen) };
  });
}

/**
 * Those of what is stored that are not what is shown. The times of both differ by what an edit list leaves out, so each
 * that is shown stands for one at its place that is about as long.
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
    // Files say of a cover that it lasts as long as they do.
    const still = video === null ? null : { ...video, duration: null, frameCount: 1 };
    return openFfmpegSource({ ...part, probe: { ...facts, video: still }, look: AUDIT_STILL });
  }
  const look = planAudit(detector.traits, video);
  return openFfmpegSource({ ...part, probe: { ...facts, video }, look });
}

function isCover({ streamKinds }: Probe, { index }: VideoStream): boolean {
  return streamKinds[index] === 'cover';
}

/** Players show no further stream by themselves, so one that can't be decoded is named and the audit goes on. */
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

/** What can't be decoded is a problem of the file; other failures are the audit's own. */
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
    const faces = scaleDetections(await detectInShapes(detector, pictures), pictures[0]!, frame);
    const open = faces.filter(({ box }) => covered?.covers(frame.index, box) !== true);
    findings.add(frame, open, pictures[0]!);
    onProgress?.(time);
  }
  problems.push(...(source.doubts ?? []));
  return { frames, seconds: time, problems, findings: findings.result() };
}

function clock(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}
