import type { Box } from '../frame/box.ts';
import type { Look, Confirmation } from '../frame/detection.ts';
import type { Track, TrackBox, UncertainSpan, UncertaintyReason } from '../frame/track.ts';
import { associate } from './association.ts';
import type { Shift } from '../frame/scene-change.ts';
import { EgoMotion } from './ego-motion.ts';
import { linkTracklets } from './link-tracklets.ts';
import { Tracklet, type Reach } from './tracklet.ts';
import { Scenes, type Scene } from './scenes.ts';
import { TUNING, type Tuning } from './tuning.ts';

export interface TrackerOptions {
  /** Size of the frames, pixels. */
  readonly width: number;
  readonly height: number;
  /** Average, frames a second. */
  readonly frameRate: number;
  /** A look at every n-th frame at least. */
  readonly lookInterval: number;
  /** Frames after a frame whose looks are known when its boxes are asked for; Infinity where all are. */
  readonly lookAhead: number;
  /** What the detector's scores are worth. */
  readonly confirmation: Confirmation;
  /** Keep a summary and the doubts of every face that is gone, for a report. Default true; a live run has none. */
  readonly keepsHistory?: boolean;
  readonly tuning?: Tuning;
}

/** Score below which a face that was never seen better is called weak. */
const WEAK = 0.4;

/** Seconds without a detection within one path. */
const LONGEST_GAP = 1;

/** Seconds without a detection that are worth a second look. */
const LONG_GAP = 0.5;

/** Most worrying first. */
const RISK: readonly UncertaintyReason[] = [
  'ended-in-open',
  'started-in-open',
  'long-gap',
  'seen-once',
  'weak-only',
  'dismissed',
];

/**
 * Follows faces from look to look and says where they are in every frame. Pure: it knows boxes, not pictures.
 *
 * Looks and cuts are added in order. `advanceTo` moves on to a frame whose next `lookAhead` frames have been looked
 * at, so that a face is covered before it was first detected and gaps are filled; `boxesAt` and `isUnobserved` read
 * it, or one of the frames that follow. What lies behind is kept only as a summary, or not at all: memory does not
 * grow with the length of a video.
 */
export class Tracker {
  readonly #options: Required<TrackerOptions>;
  readonly #scenes = new Scenes();
  readonly #camera = new EgoMotion();
  readonly #paths = new Map<Tracklet, Scene>();
  readonly #tracks: Track[] = [];
  readonly #uncertain: UncertainSpan[] = [];
  #lastFrame = Infinity;
  #lastLook = 0;
  #looks = 0;
  #count = 0;

  constructor(options: TrackerOptions) {
    this.#options = { keepsHistory: true, tuning: TUNING, ...options };
  }

  addLook({ frame, faces }: Look): void {
    const { frameRate } = this.#options;
    const scene = this.#scenes.current;
    const isFirst = scene.lastLook === null;
    scene.lastLook = frame;
    this.#lastLook = frame;
    this.#looks += 1;
    const open = [...this.#paths]
      .filter(([path, of]) => of === scene && frame - path.last.frame <= this.#longestGap)
      .map(([path]) => path);
    const { matches, newFaces } = associate(open, faces, frame, frameRate);
    for (const [path, face] of matches) {
      if (frame - path.last.frame > Math.max(LONG_GAP * frameRate, 2 * this.#options.lookInterval)) {
        this.#note(path, 'long-gap', path.last.frame, frame);
      }
      path.add({ ...face, frame });
    }
    for (const face of newFaces) {
      this.#count += 1;
      const path = new Tracklet(this.#count, { ...face, frame }, this.#camera);
      this.#paths.set(path, scene);
      if (!isFirst && this.#isInOpen(face.box)) {
        this.#note(path, 'started-in-open', frame - Math.round(frameRate), frame);
      }
    }
  }

  /** @param frame first frame of the new scene */
  addCut(frame: number): void {
    this.#scenes.cutAt(frame);
  }

  /** How the picture moved from the frame before. Every frame, ahead of its look; or none, then nothing is known of it. */
  addCameraShift(frame: number, shift: Shift): void {
    this.#camera.add(frame, shift);
  }

  end(lastFrame: number): void {
    this.#lastFrame = lastFrame;
  }

  /**
   * Joins what is one face before and after it was hidden. For callers that have added every look before they ask for
   * the first frame.
   */
  link(): void {
    const joined = new Map<Tracklet, Tracklet>();
    for (const scene of new Set(this.#paths.values())) {
      const paths = [...this.#paths].filter(([path, of]) => of === scene && !this.#isDismissed(path, of));
      const links = linkTracklets(
        paths.map(([path]) => path),
        this.#options.frameRate,
      );
      for (const [before, after] of links.sort(([a], [b]) => a.last.frame - b.last.frame)) {
        const path = joined.get(before) ?? before;
        this.#note(path, 'long-gap', path.last.frame, after.first.frame);
        path.join(after);
        joined.set(after, path);
        this.#paths.delete(after);
      }
    }
  }

  /** Lets go of what no frame from this one on needs. Frames in order. */
  advanceTo(frame: number): void {
    let oldest = frame;
    for (const [path, scene] of this.#paths) {
      path.advanceTo(frame);
      oldest = Math.min(oldest, path.oldest);
      if (path.last.frame + this.#longestGap + this.#reach(scene).hold < frame) this.#retire(path, scene);
    }
    this.#camera.forget(oldest);
    this.#scenes.advanceTo(frame);
  }

  /** Every box of a frame that does not lie behind the one that was advanced to. */
  boxesAt(frame: number): TrackBox[] {
    return [...this.#paths].flatMap(([path, scene]) => {
      const box = path.boxAt(frame, this.#reach(scene));
      return box === null || this.#isDismissed(path, scene) ? [] : [box];
    });
  }

  /** Whether no look has reached the scene of a frame, so that the whole of it must be covered. */
  isUnobserved(frame: number): boolean {
    return this.#scenes.at(frame).lastLook === null;
  }

  /** Number of looks so far. */
  get looks(): number {
    return this.#looks;
  }

  /** Number of faces so far. */
  get count(): number {
    return this.#count;
  }

  /** Every track so far, in order of first appearance; without history, those that are still followed. */
  tracks(): Track[] {
    const going = [...this.#paths].map(([path, scene]) => path.summary(this.#reach(scene)));
    return [...this.#tracks, ...going].sort((a, b) => a.id - b.id);
  }

  /** Spans that somebody should look at, most worrying first, then in order of time. */
  uncertain(): UncertainSpan[] {
    const going = [...this.#paths].flatMap(([path, scene]) => this.#doubts(path, scene));
    return [...this.#uncertain, ...going].sort(
      (a, b) => RISK.indexOf(a.reason) - RISK.indexOf(b.reason) || a.firstFrame - b.firstFrame,
    );
  }

  /**
   * Whether a candidate stayed too weak to call it a face although its scene was looked at again. Until then, and in
   * a still, whatever the detector reports is a face.
   */
  #isDismissed(path: Tracklet, scene: Scene): boolean {
    const { height, confirmation, tuning } = this.#options;
    if ((scene.lastLook ?? 0) <= path.first.frame) return false;
    const share = Math.min(1, path.last.box.height / height / tuning.largeFace);
    return (
      path.score < Math.max(path.count === 1 ? confirmation.seenOnce : 0, confirmation.largeFace * share)
    );
  }

  /** Frames after which a face that comes back is another path: those in a longer gap have left already. */
  get #longestGap(): number {
    const { frameRate, lookAhead, lookInterval } = this.#options;
    return Math.max(Math.min(lookAhead, Math.round(LONGEST_GAP * frameRate)), lookInterval);
  }

  #retire(path: Tracklet, scene: Scene): void {
    this.#paths.delete(path);
    if (!this.#options.keepsHistory) return;
    this.#tracks.push(path.summary(this.#reach(scene)));
    this.#uncertain.push(...this.#doubts(path, scene));
  }

  /** What is left to doubt once no more detections come. */
  #doubts(path: Tracklet, scene: Scene): UncertainSpan[] {
    const { frameRate, lookInterval } = this.#options;
    const [firstFrame, lastFrame] = path.span(this.#reach(scene));
    const whole = (reason: UncertaintyReason): UncertainSpan[] => [
      { trackId: path.id, reason, firstFrame, lastFrame },
    ];
    if (this.#isDismissed(path, scene)) return whole('dismissed');
    // A face that was never sure is one doubt, not one for each of its ends.
    if (path.score < WEAK) return whole('weak-only');
    if (path.count === 1) return whole('seen-once');
    const { frame, box } = path.last;
    const sceneEnd = Math.min(scene.lastFrame, this.#lastFrame, this.#lastLook);
    if (frame + lookInterval > sceneEnd || !this.#isInOpen(box)) return path.uncertain;
    const until = Math.min(scene.lastFrame, this.#lastFrame, frame + Math.round(frameRate));
    return [
      ...path.uncertain,
      { trackId: path.id, reason: 'ended-in-open', firstFrame: frame, lastFrame: until },
    ];
  }

  #note(path: Tracklet, reason: UncertaintyReason, firstFrame: number, lastFrame: number): void {
    if (!this.#options.keepsHistory) return;
    const first = Math.max(firstFrame, this.#paths.get(path)?.firstFrame ?? this.#scenes.current.firstFrame);
    path.uncertain.push({ trackId: path.id, reason, firstFrame: first, lastFrame });
  }

  #reach(scene: Scene): Reach {
    const { frameRate, lookInterval, lookAhead, confirmation, tuning } = this.#options;
    return {
      firstFrame: scene.firstFrame,
      lastFrame: Math.min(scene.lastFrame, this.#lastFrame),
      hold: Math.min(
        Math.max(lookInterval, Math.round(confirmation.holdSeconds * frameRate)),
        Math.max(lookAhead, lookInterval),
      ),
      frameRate,
      growth: tuning.growth,
    };
  }

  /** Further from the border than its own size: it can't have come from, or gone, outside. */
  #isInOpen({ x, y, width, height }: Box): boolean {
    const margin = Math.max(width, height);
    const { width: right, height: bottom } = this.#options;
    return x > margin && y > margin && x + width < right - margin && y + height < bottom - margin;
  }
}
