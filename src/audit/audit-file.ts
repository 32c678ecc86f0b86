import { detectInShapes } from '../detect/detect-in-shapes.ts';
import type { Detector } from '../detect/detector.ts';
import { findBinaries, type Binaries } from '../ffmpeg/binaries.ts';
import { VeilError } from '../errors.ts';
import { probe, type Probe, type VideoStream } from '../ffmpeg/probe.ts';
import { scaleDetections } from '../frame/detection.ts';
import { openFfmpegSource } from '../source/file/ffmpeg-source.ts';
import { openImageSource } from '../source/photo/image-source.ts';
import { isPhoto } from '../source/photo/picture-support.ts';
import type { Source } from '../source/source.ts';
import { CoveredHeads } from './covered-heads.ts';
import { FindingTracks, type Finding } from './findings.ts';
import { hiddenProblems } from './hidden-packets.ts';
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

/** A longer time between two frames is a hole, seconds. */
const HOLE = 2;

/**
 * Looks at a finished file as somebody would who wants to find a face in it.
 *
 * @throws VeilError every INPUT_ reason, DETECTOR_FAILED
 */
export async function auditFile(options: AuditOptions): Promise<Audit> {
  const { path, report = null } = options;
  if (await isPhoto(path)) {
    const source = await openImageSource({ path, look: AUDIT_STILL, signal: options.signal });
    const problems = [
      ...(await imageProblems(path)),
      ...(await provenanceProblems(path, report, options.signal)),
    ];
    return withReport(await lookThrough(source, 0, options), problems, report);
  }
  const binaries = await findBinaries();
  const facts = await probe(path, binaries, { signal: options.signal });
  const problems = [
    ...streamProblems(facts),
    ...(await hiddenProblems(path, facts, binaries, options.signal)),
    ...(await trailingProblems(path)),
    ...(await provenanceProblems(path, report, options.signal)),
  ];
  const main = await lookThrough(
    await openStream(facts, facts.video, binaries, options),
    facts.video?.index ?? 0,
    options,
  );
  const findings = [...main.findings];
  for (const video of facts.videos.filter(({ index }) => index !== facts.video?.index)) {
    // A report tells of the stream that is shown.
    const look = await lookAtFurther(facts, video, binaries, { ...options, report: null });
    problems.push(...look.problems);
    findings.push(...look.findings);
  }
  return withReport({ ...main, findings }, problems, report);
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
  try {
    return await lookThrough(await openStream(facts, video, binaries, options), video.index, options);
  } catch (error) {
    if (!(error instanceof VeilError) || !/^(?:INPUT|DECODER)_/.test(error.code)) throw error;
    return { frames: 0, seconds: 0, findings: [], problems: [`Stream ${video.index} can't be looked at.`] };
  }
}

async function lookThrough(opened: Source, stream: number, options: AuditOptions): Promise<Look> {
  const { detector, report = null, onProgress } = options;
  await using source = opened;
  const problems: string[] = [];
  const covered = report === null ? null : new CoveredHeads(report, source.info);
  const findings = new FindingTracks(stream);
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
