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
  /** Average frame rate. */
  readonly frameRate: number;
  /** At least every n-th frame gets a look. */
  readonly lookInterval: number;
  /** The looks of this many later frames are known when the boxes of a frame are requested; Infinity for all. */
  readonly lookAhead: number;
  /** Meaning of the detector's scores. */
  readonly confirmation: Confirmation;
  /** A face is covered if it reaches this score, 0…1, in at least one look; weaker ones continue it. Default 0. */
  readonly threshold?: number;
  /** Keep a summary and the doubts of past faces, for a report. Default true; live runs keep none. */
  readonly keepsHistory?: boolean;
  readonly tuning?: Tuning;
}

/** Longest time for which the camera's motion alone moves a face from or to the picture's edge, seconds. */
const LONGEST_CROSSING = 2;

/** Longest gap between detections of one tracklet, seconds. */
const LONGEST_GAP = 1;

/**
 * Tracks faces from look to look, and gives their boxes in every frame. Pure: it knows boxes, not pictures.
 *
 * Looks and cuts are added in order. `advanceTo` moves on to a frame after its next `lookAhead` frames got their looks,
 * so that a face is covered before its first detection and gaps are filled; `boxesAt` and `isUnobserved` query that
 * frame or a later one. Past data is reduced to a summary or dropped: memory does not grow with the length of a video.
 */
export class Tracker {
  readonly #options: Required<TrackerOptions>;
  readonly #scenes = new Scenes();
  readonly #camera = new EgoMotion();
  readonly #paths = new Map<Tracklet, Scene>();
  /** Ended tracklets, for as long as their people may come back. */
  readonly #gone = new Map<Tracklet, Scene>();
  readonly #people: People;
  readonly #tracks: Track[] = [];
  /** Tracklets that were not where their person was, and got their own number. */
  readonly #apart = new Set<number>();
  readonly #uncertain: Doubt[] = [];
  /** Reach by scene, cached while the scene's end is unchanged: every box needs it. */
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

  /** Motion of the picture since the previous frame. For every frame, before its look; or for none if it is unknown. */
  addCameraShift(frame: number, shift: Shift): void {
    this.#camera.add(frame, shift);
  }

  end(lastFrame: number): void {
    this.#lastFrame = lastFrame;
  }

  /**
   * Links tracklets of one face across occlusions. Call it after all looks and before requesting the first frame.
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

  /** Drops everything that frames from this one on do not need. Frames in order. */
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

  /** The boxes of the current or a later frame, one per person. */
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

  /** Whether the scene of a frame got no look, so that the whole frame must be covered. */
  isUnobserved(frame: number): boolean {
    return this.#scenes.at(frame).lastLook === null;
  }

  /** Number of looks so far. */
  get looks(): number {
    return this.#looks;
  }

  /** Number of tracklets so far. */
  get count(): number {
    return this.#count;
  }

  /** All tracks so far, in order of appearance; without history, only current ones. */
  tracks(): Track[] {
    const going = [...this.#paths].flatMap(([path, scene]) => this.#summaries(path, scene));
    return mergeTracks([...this.#tracks, ...going]);
  }

  /** Places where a face may be visible without a cover. In order of appearance. */
  uncertain(): Doubt[] {
    const going = [...this.#paths].flatMap(([path, scene]) => this.#doubts(path, scene));
    return [...this.#uncertain, ...going];
  }

  /** A face that returns after more frames than this starts another tracklet: frames of the gap have left already. */
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

  /** Summary of a tracklet's person, and of the tracklet itself if it left under its own number. */
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

  /** Frames for which an ended tracklet is kept. */
  get #longestAbsence(): number {
    return Math.round(LONGEST_ABSENCE * this.#options.frameRate) + this.#longestGap;
  }

  /** Doubts that remain when no more detections come. */
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
