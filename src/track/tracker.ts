import type { Box } from '../frame/box.ts';
import type { Look, Confirmation } from '../frame/detection.ts';
import { mergeTracks } from './merge-tracks.ts';
import type { Doubt, Track, TrackBox } from '../frame/track.ts';
import { associate } from './association.ts';
import type { Shift } from '../frame/scene-change.ts';
import { endDoubt, faceChance, openDoubt, startDoubt, weighed, type Surroundings } from './doubts.ts';
import { isDismissed } from './dismissal.ts';
import { EgoMotion } from './ego-motion.ts';
import { headsOf } from './heads.ts';
import { linkTracklets } from './link-tracklets.ts';
import { LONGEST_ABSENCE, People } from './people.ts';
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
  /** Score, 0…1, that a face must have in one look at least to be covered; weaker ones continue it. Default 0. */
  readonly threshold?: number;
  /** Keep a summary and the doubts of every face that is gone, for a report. Default true; a live run has none. */
  readonly keepsHistory?: boolean;
  readonly tuning?: Tuning;
}

/** Seconds for which a face is followed by the motion of the camera alone, from the edge of the picture and to it. */
const LONGEST_CROSSING = 2;

/** Seconds without a detection within one path. */
const LONGEST_GAP = 1;

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
  /** Paths that are over, for as long as their people may come back. */
  readonly #gone = new Map<Tracklet, Scene>();
  readonly #people: People;
  readonly #tracks: Track[] = [];
  /** Paths that were not where their person was, and left under their own number. */
  readonly #apart = new Set<number>();
  readonly #uncertain: Doubt[] = [];
  /** Of each scene, as long as it ends where it did: every box is asked for with it. */
  readonly #reaches = new WeakMap<Scene, Reach>();
  #lastFrame = Infinity;
  #lastLook = 0;
  #looks = 0;
  #count = 0;

  constructor(options: TrackerOptions) {
    this.#options = { keepsHistory: true, threshold: 0, tuning: TUNING, ...options };
    this.#people = new People(options.frameRate);
  }

  addLook({ frame, faces }: Look): void {
    const { frameRate } = this.#options;
    const scene = this.#scenes.current;
    scene.lastLook = frame;
    this.#lastLook = frame;
    this.#looks += 1;
    const open = [...this.#paths]
      .filter(([path, of]) => of === scene && frame - path.last.frame <= this.#longestGap)
      .map(([path]) => path);
    const { matches, newFaces } = associate(open, faces, frame, frameRate);
    for (const [path, face] of matches) {
      path.add({ ...face, frame, look: this.#looks });
    }
    for (const face of newFaces) {
      this.#count += 1;
      const path = new Tracklet(this.#count, { ...face, frame, look: this.#looks }, this.#camera);
      if (!this.#options.keepsHistory) path.trace = null;
      this.#paths.set(path, scene);
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
      const paths = [...this.#paths].filter(
        ([path, of]) => of === scene && !isDismissed(path, of, this.#options),
      );
      const links = linkTracklets(
        paths.map(([path]) => path),
        this.#options.frameRate,
      );
      for (const [before, after] of links.sort(([a], [b]) => a.last.frame - b.last.frame)) {
        const path = joined.get(before) ?? before;
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
      const { hold, crossing } = this.#reach(scene);
      if (path.last.frame + this.#longestGap + Math.max(hold, crossing) < frame) this.#retire(path, scene);
    }
    for (const path of this.#gone.keys()) {
      if (path.last.frame + this.#longestAbsence < frame) this.#forget(path);
      else oldest = Math.min(oldest, path.oldest);
    }
    for (const [path, scene] of this.#paths) {
      if (path.beginsAt(this.#reach(scene)) <= frame && !isDismissed(path, scene, this.#options))
        this.#personOf(path, scene);
    }
    this.#camera.forget(oldest);
    this.#scenes.advanceTo(frame);
  }

  /** The boxes of a frame that does not lie behind the one that was advanced to, one for each person. */
  boxesAt(frame: number): TrackBox[] {
    const boxes = [...this.#paths].flatMap(([path, scene]) => {
      const box = path.boxAt(frame, this.#reach(scene));
      if (box === null || isDismissed(path, scene, this.#options)) return [];
      return [{ personId: this.#personOf(path, scene), box }];
    });
    const heads = headsOf(boxes);
    for (const { personId, box } of boxes) {
      const isApart = personId !== box.trackId && heads.some(({ trackId }) => trackId === box.trackId);
      if (isApart) this.#apart.add(box.trackId);
    }
    return heads;
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
    const going = [...this.#paths].flatMap(([path, scene]) => this.#summaries(path, scene));
    return mergeTracks([...this.#tracks, ...going]);
  }

  /** Where somebody may be visible although nothing was covered there, or may be nobody. In order of appearance. */
  uncertain(): Doubt[] {
    const going = [...this.#paths].flatMap(([path, scene]) => this.#doubts(path, scene));
    return [...this.#uncertain, ...going];
  }

  /** Frames after which a face that comes back is another path: those in a longer gap have left already. */
  get #longestGap(): number {
    const { frameRate, lookAhead, lookInterval } = this.#options;
    return Math.max(Math.min(lookAhead, Math.round(LONGEST_GAP * frameRate)), lookInterval);
  }

  #retire(path: Tracklet, scene: Scene): void {
    this.#paths.delete(path);
    this.#gone.set(path, scene);
    if (!this.#options.keepsHistory) return;
    this.#tracks.push(...this.#summaries(path, scene));
    this.#uncertain.push(...this.#doubts(path, scene));
  }

  #forget(path: Tracklet): void {
    this.#gone.delete(path);
    this.#people.forget(path);
  }

  /** Of the person that a path shows, and of itself where it left under its own number. */
  #summaries(path: Tracklet, scene: Scene): Track[] {
    const track = path.summary(this.#reach(scene));
    const id = this.#people.idOf(path) ?? path.id;
    return this.#apart.has(path.id) && id !== path.id ? [{ ...track, id }, track] : [{ ...track, id }];
  }

  #personOf(path: Tracklet, scene: Scene): number {
    const known = this.#people.idOf(path);
    if (known !== undefined) return known;
    const others = [...this.#paths, ...this.#gone].filter(([, of]) => of === scene).map(([other]) => other);
    const boxIn = (other: Tracklet, frame: number): Box | null =>
      other.boxAt(frame, this.#reach(scene))?.box ?? null;
    const same = this.#people.decide(path, others, boxIn);
    path.trace = null;
    if (this.#options.keepsHistory) path.start = startDoubt(path, same, this.#around(scene));
    return this.#people.idOf(path) ?? path.id;
  }

  /** Frames for which a path that is over is kept. */
  get #longestAbsence(): number {
    return Math.round(LONGEST_ABSENCE * this.#options.frameRate) + this.#longestGap;
  }

  /** What is left to doubt once no more detections come. */
  #doubts(path: Tracklet, scene: Scene): Doubt[] {
    const around = this.#around(scene);
    const found = isDismissed(path, scene, this.#options)
      ? [openDoubt(path, path.span(this.#reach(scene)), around)]
      : [path.start, endDoubt(path, around)];
    const size = path.best.box.height / this.#options.height / this.#options.tuning.largeFace;
    const [chance, trackId] = [faceChance(path, size), this.#people.idOf(path) ?? path.id];
    return found.flatMap((doubt) => (doubt === null ? [] : [{ ...weighed(doubt, chance), trackId }]));
  }

  #around({ firstFrame, lastFrame }: Scene): Surroundings {
    const { frameRate, lookInterval, width, height } = this.#options;
    const known = Math.min(lastFrame, this.#lastFrame, this.#lastLook + lookInterval);
    return { firstFrame, lastFrame: known, step: lookInterval, frameRate, width, height };
  }

  #reach(scene: Scene): Reach {
    const lastFrame = Math.min(scene.lastFrame, this.#lastFrame);
    const known = this.#reaches.get(scene);
    if (known?.lastFrame === lastFrame) return known;
    const reach = this.#reachUntil(lastFrame, scene);
    this.#reaches.set(scene, reach);
    return reach;
  }

  #reachUntil(lastFrame: number, { firstFrame }: Scene): Reach {
    const { width, height, frameRate, lookInterval, lookAhead, confirmation, tuning } = this.#options;
    return {
      ...{ width, height, firstFrame, lastFrame },
      crossing: Math.min(Math.round(LONGEST_CROSSING * frameRate), lookAhead),
      hold: Math.min(
        Math.max(lookInterval, Math.round(confirmation.holdSeconds * frameRate)),
        Math.max(lookAhead, lookInterval),
      ),
      frameRate,
      growth: tuning.growth,
    };
  }
}
