import { area, growBox, intersectionArea, lerpBox, moveBox, unionBox, type Box } from '../frame/box.ts';
import { shiftBox } from '../frame/scene-change.ts';
import type { Detection } from '../frame/detection.ts';
import type { Doubt, Track, TrackBox } from '../frame/track.ts';
import type { EgoMotion } from './ego-motion.ts';
import type { Tuning } from './tuning.ts';

/** One detection of a face. */
export interface FrameDetection extends Detection {
  readonly frame: number;
  /** Number of the look, counted from 1. */
  readonly look: number;
}

/** Limits of a tracklet: its scene, and how far it is extended beyond its first and last detection. */
export interface Reach {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly hold: number;
  /** Maximum number of further frames if the camera's motion moves it into or out of the picture. */
  readonly crossing: number;
  /** Size of the picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly growth: Tuning['growth'];
}

/** A face crosses the picture's edge if its visible part is smaller, by this factor, than in the nearest detection. */
const CROSSING = 0.75;

/** A face is extrapolated by its own motion for at most this many of its sizes. */
const FURTHEST = 1.5;

/**
 * One face over time: its detections, and its boxes between and around them. Camera motion is removed first, because
 * faces move smoothly through the scene however the camera shakes. `advanceTo` drops past detections.
 */
export class Tracklet {
  readonly id: number;
  readonly first: FrameDetection;
  /** The doubt about its beginning. */
  start: Doubt | null = null;
  /** All its detections, while they may be needed for a doubt about a dismissed face. */
  trace: FrameDetection[] | null;
  readonly #camera: EgoMotion;
  #detections: FrameDetection[];
  #count = 1;
  #best: FrameDetection;
  /** Frames before the first detection in which the camera moves it into the picture; null until computed. */
  #entrance: number | null = null;
  /** Frames after its last detection, `edge`, in which the camera moves it out of the picture. */
  #exit: { readonly edge: FrameDetection | null; readonly frames: number } | null = null;
  #velocity: readonly [number, number] = [0, 0];

  constructor(id: number, first: FrameDetection, camera: EgoMotion) {
    this.id = id;
    this.first = first;
    this.#camera = camera;
    this.#detections = [first];
    this.trace = [first];
    this.#best = first;
  }

  get last(): FrameDetection {
    return this.#detections.at(-1)!;
  }

  /** Detections that are still needed, in order. */
  get detections(): readonly FrameDetection[] {
    return this.#detections;
  }

  /** Frame of the earliest detection that is still needed. */
  get oldest(): number {
    return this.#detections[0]!.frame;
  }

  /** Highest score so far. */
  get score(): number {
    return this.#best.score;
  }

  /** The detection with the highest score. */
  get best(): FrameDetection {
    return this.#best;
  }

  /** Number of detections. */
  get count(): number {
    return this.#count;
  }

  add(detection: FrameDetection): void {
    const velocity = this.#velocityBetween(this.last, detection);
    // The first velocity counts fully, later ones by half, because detections jitter.
    const weight = this.#count === 1 ? 1 : 0.5;
    this.#velocity = [0, 1].map(
      (axis) => (1 - weight) * this.#velocity[axis]! + weight * velocity[axis]!,
    ) as unknown as readonly [number, number];
    this.#detections.push(detection);
    this.trace?.push(detection);
    this.#count += 1;
    if (detection.score > this.#best.score) this.#best = detection;
  }

  /** Predicted box in a frame after the last detection. */
  predict(frame: number): Box {
    return this.#moved(this.last, this.#velocity, frame);
  }

  /** Predicted box in a frame before the first detection. Call it before any frame is requested. */
  predictBack(frame: number): Box {
    const [first, second] = this.#detections as [FrameDetection, FrameDetection | undefined];
    return this.#moved(first, second === undefined ? STILL : this.#velocityBetween(first, second), frame);
  }

  /** Appends another tracklet, which begins after this one ends. Call it before any frame is requested. */
  join(other: Tracklet): void {
    for (const detection of other.#detections) this.add(detection);
  }

  /** First and last frame with a box. */
  span(reach: Reach): readonly [number, number] {
    return [this.beginsAt(reach), this.#endsAt(reach)];
  }

  /** First frame with a box. */
  beginsAt(reach: Reach): number {
    // Computed once, while earlier camera motion is known: it is forgotten as frames are released.
    this.#entrance ??= this.#crossing(this.first, -1, reach).frames;
    return Math.max(reach.firstFrame, this.first.frame - Math.max(reach.hold, this.#entrance));
  }

  #endsAt(reach: Reach): number {
    const { last } = this;
    if (this.#exit?.edge !== last) {
      const { frames, isKnown } = this.#crossing(last, 1, reach);
      // Until the camera motion is known, compute it again for every frame.
      this.#exit = { edge: isKnown ? last : null, frames };
    }
    return Math.min(reach.lastFrame, last.frame + Math.max(reach.hold, this.#exit.frames));
  }

  /** Drops detections that frames from this one on do not need; the last two stay. */
  advanceTo(frame: number): void {
    this.#detections.splice(0, this.#indexBefore(frame));
  }

  /** Its box in a frame, enlarged for motion and uncertainty; null outside its span. */
  boxAt(frame: number, reach: Reach): TrackBox | null {
    if (frame < this.beginsAt(reach)) return null;
    if (frame > this.last.frame && frame > this.#endsAt(reach)) return null;
    const index = this.#indexBefore(frame);
    const before = this.#detections[index]!;
    const after = this.#detections[index + 1];
    if (frame < before.frame) {
      const velocity = after === undefined ? STILL : this.#velocityBetween(before, after);
      return this.#filled(before, velocity, frame, reach);
    }
    if (frame === before.frame) return this.#box(before.box, reach.growth.always, 'detected', before.score);
    if (after === undefined || frame > after.frame) {
      const velocity = after === undefined ? this.#velocity : this.#velocityBetween(before, after);
      return this.#filled(after ?? before, velocity, frame, reach);
    }
    if (frame === after.frame) return this.#box(after.box, reach.growth.always, 'detected', after.score);
    return this.#between(before, after, frame, reach);
  }

  /** Summary for a report. */
  summary(reach: Reach): Track {
    const [firstFrame, lastFrame] = this.span(reach);
    return { id: this.id, firstFrame, lastFrame, score: this.score, detections: this.#count };
  }

  /** Index of the detection at or before a frame that has a successor. */
  #indexBefore(frame: number): number {
    let index = 0;
    while (index + 2 < this.#detections.length && this.#detections[index + 1]!.frame <= frame) index += 1;
    return index;
  }

  #between(
    before: FrameDetection,
    after: FrameDetection,
    frame: number,
    { frameRate, growth: by }: Reach,
  ): TrackBox {
    const frames = after.frame - before.frame;
    const travel = distance(before.box, after.box) / sizeOf(after.box);
    const growth = by.always + by.motion * Math.min(1, travel) + (by.perSecond * frames) / 2 / frameRate;
    // Both boxes moved to this frame by camera motion alone, then interpolated.
    const box = lerpBox(
      shiftBox(before.box, this.#camera.between(before.frame, frame)),
      shiftBox(after.box, this.#camera.between(after.frame, frame)),
      (frame - before.frame) / frames,
    );
    const score = Math.min(before.score, after.score);
    return this.#box(box, Math.min(by.most, growth), 'interpolated', score);
  }

  /**
   * Number of frames before its first or after its last detection in which a face is still in the picture while the
   * camera moves it in or out; 0 if it does not. Detectors are weakest on faces cut off by the edge. `isKnown`: later
   * frames will not change the number.
   */
  #crossing(
    edge: FrameDetection,
    direction: 1 | -1,
    reach: Reach,
  ): { readonly frames: number; readonly isKnown: boolean } {
    const seen = insideShare(edge.box, reach);
    let share = seen;
    let frames = 0;
    let isKnown = true;
    for (let frame = edge.frame + direction; share > 0 && frames < reach.crossing; frame += direction) {
      if (frame < reach.firstFrame || frame > reach.lastFrame) break;
      isKnown = this.#camera.knows(frame);
      if (!isKnown) break;
      frames += 1;
      share = insideShare(this.#still(edge, frame), reach);
    }
    return { frames: share < CROSSING * seen ? frames : 0, isKnown };
  }

  /**
   * Before the first or after the last detection: where it was, and where it would be if it kept moving. Beyond the
   * hold that every face gets, only camera motion moves it.
   */
  #filled(
    edge: FrameDetection,
    velocity: readonly [number, number],
    frame: number,
    { frameRate, hold, growth: by }: Reach,
  ): TrackBox {
    const still = this.#still(edge, frame);
    const isFar = Math.abs(frame - edge.frame) > hold;
    const box = isFar ? still : unionBox(still, this.#moved(edge, velocity, frame));
    const growth = by.always + (by.perSecond * Math.abs(frame - edge.frame)) / frameRate;
    return this.#box(box, Math.min(by.most, growth), 'filled', edge.score);
  }

  /** Velocity through the scene, pixels per frame. */
  #velocityBetween(a: FrameDetection, b: FrameDetection): readonly [number, number] {
    const frames = b.frame - a.frame;
    const still = this.#still(a, b.frame);
    return [
      (b.box.x - still.x + (b.box.width - still.width) / 2) / frames,
      (b.box.y - still.y + (b.box.height - still.height) / 2) / frames,
    ];
  }

  #moved(edge: FrameDetection, [vx, vy]: readonly [number, number], frame: number): Box {
    const [dx, dy] = [vx * (frame - edge.frame), vy * (frame - edge.frame)];
    const far = Math.hypot(dx, dy) / (FURTHEST * sizeOf(edge.box));
    const share = far > 1 ? 1 / far : 1;
    return moveBox(this.#still(edge, frame), { x: dx * share, y: dy * share });
  }

  /** The box of a detection moved to another frame by camera motion alone. */
  #still({ box, frame: from }: FrameDetection, frame: number): Box {
    return shiftBox(box, this.#camera.between(from, frame));
  }

  #box(box: Box, growth: number, origin: TrackBox['origin'], score: number): TrackBox {
    return { trackId: this.id, box: growBox(box, growth), origin, score };
  }
}

const STILL = [0, 0] as const;

/** Share of a box inside the picture, 0…1. */
function insideShare(box: Box, { width, height }: Pick<Reach, 'width' | 'height'>): number {
  return intersectionArea(box, { x: 0, y: 0, width, height }) / Math.max(area(box), Number.EPSILON);
}

/** Distance between centres, pixels. */
export function distance(a: Box, b: Box): number {
  return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

/** The longer side, pixels. */
export function sizeOf(box: Box): number {
  return Math.max(box.width, box.height);
}
