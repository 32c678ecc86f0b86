import { headRegions } from '../anonymize/regions.ts';
import { detectInShapes } from '../detect/detect-in-shapes.ts';
import type { Detector } from '../detect/detector.ts';
import { findBinaries } from '../ffmpeg/binaries.ts';
import { probe, type Probe } from '../ffmpeg/probe.ts';
import type { Box } from '../frame/box.ts';
import { scaleDetections } from '../frame/detection.ts';
import { isInRange } from '../frame/track.ts';
import { isImage } from '../source/image-source.ts';
import { FindingTracks, type Finding } from './findings.ts';
import { planLooks } from '../observe/look-plan.ts';
import { openSource } from '../pipeline/file/open-source.ts';
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

/** A still is looked at once, so that look may be a closer one. */
const STILL = { interval: 1, sizes: [640, 1280, 2048] };

/** As closely as a run with the most effort. */
const THOROUGH = { effort: 'thorough', look: { interval: null, sizes: null } } as const;

/** Share of a face that must lie within a covered head. */
const COVERED = 0.75;
/** Points across and down a face. */
const POINTS = 6;

/** A longer time between two frames is a hole, seconds. */
const HOLE = 2;

/**
 * Looks at a finished file as somebody would who wants to find a face in it.
 *
 * @throws VeilError every INPUT_ reason, DETECTOR_FAILED
 */
export async function auditFile(options: AuditOptions): Promise<Audit> {
  const { path, detector, report = null, signal, onProgress } = options;
  const facts = isImage(path) ? null : await probe(path, await findBinaries());
  const problems = facts === null ? [] : problemsOf(facts);
  const video = facts?.video ?? null;
  const look = video === null ? STILL : planLooks(THOROUGH, detector.traits, video);
  await using source = await openSource({ input: path, look, ...(signal === undefined ? {} : { signal }) });
  problems.push(...(source.doubts ?? []));
  const { info } = source;
  const covered = report === null ? null : new CoveredHeads(report, info);
  const findings = new FindingTracks();
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
  if (report !== null && report.frames !== frames) {
    problems.push(`It has ${frames} frames, and the report ${report.frames}: they do not belong together.`);
  }
  return { frames, seconds: time, problems, findings: findings.result() };
}

/** Streams and tags that no output of Veil has. */
function problemsOf({ streamKinds, chapters, tags, video, audio }: Probe): string[] {
  const problems: string[] = [];
  for (const kind of streamKinds.filter((name) => name !== 'video' && name !== 'audio')) {
    problems.push(`It has a ${kind} stream.`);
  }
  const videos = streamKinds.filter((kind) => kind === 'video').length;
  if (videos > 1) problems.push(`It has ${videos} video streams, and only the first was looked at.`);
  if (chapters > 0) problems.push(`It has ${chapters} chapters.`);
  const groups = [tags, video?.tags ?? {}, ...audio.map((track) => track.tags)];
  const names = new Set(groups.flatMap((group) => Object.keys(group).filter((name) => REVEALING.test(name))));
  for (const name of names) problems.push(`It has the tag ${name}.`);
  return problems;
}

/** Tags that say when, where, by whom or with what something was filmed. */
const REVEALING =
  /title|artist|author|comment|copyright|creat|date|location|gps|make|model|device|software|description|synopsis|album|com\.|rotate|timecode/;

/** Whether a face lies in a head that the report says was covered. */
class CoveredHeads {
  readonly #boxes = new Map<number, Box[]>();
  readonly #report: CoveredTracks;
  readonly #size: { readonly width: number; readonly height: number };

  constructor(report: CoveredTracks, size: { readonly width: number; readonly height: number }) {
    this.#report = report;
    this.#size = size;
    for (const { boxes } of report.tracks) {
      for (const row of boxes) {
        const [frame, x, y, width, height] = row as [number, number, number, number, number];
        const there = this.#boxes.get(frame) ?? [];
        this.#boxes.set(frame, there);
        there.push({ x, y, width, height });
      }
    }
  }

  covers(frame: number, face: Box): boolean {
    if (isInRange(frame, this.#report.curtains)) return true;
    const { shape, padding } = this.#report.config;
    const boxes = (this.#boxes.get(frame) ?? []).map(
      (box) => ({ trackId: 0, box, origin: 'detected', score: 1 }) as const,
    );
    const heads = headRegions(boxes, shape, padding, this.#size.width, this.#size.height);
    let inside = 0;
    for (let i = 0; i < POINTS * POINTS; i += 1) {
      const x = face.x + (face.width * ((i % POINTS) + 0.5)) / POINTS;
      const y = face.y + (face.height * (Math.floor(i / POINTS) + 0.5)) / POINTS;
      // The feather ring counts: a detector's boxes of blurred heads are loose.
      const holds = heads.some(
        ({ centerX, centerY, radiusX, radiusY, feather }) =>
          Math.abs(x - centerX) <= radiusX * (1 + feather) &&
          Math.abs(y - centerY) <= radiusY * (1 + feather),
      );
      if (holds) inside += 1;
    }
    return inside / (POINTS * POINTS) >= COVERED;
  }
}

function clock(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}
