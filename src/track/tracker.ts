import { growBox, iou, lerpBox, unionBox, type Box } from '../frame/box.ts';
import type { Face, Look } from '../frame/face.ts';
import type { Track, TrackBox, UncertainSpan } from '../frame/track.ts';

export interface TrackerOptions {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly lookInterval: number;
  readonly threshold: number;
  readonly lookAhead: number;
}
interface Seen {
  frame: number;
  box: Box;
  score: number;
}
interface Path {
  id: number;
  seen: Seen[];
  scene: number;
  vx: number;
  vy: number;
  score: number;
  count: number;
}

export class Tracker {
  readonly #o: TrackerOptions;
  readonly #paths: Path[] = [];
  #active: Path[] = [];
  readonly #cuts: number[] = [0];
  readonly #looks: number[] = [];
  #end = Infinity;
  constructor(options: TrackerOptions) {
    this.#o = options;
  }

  addLook(look: Look): void {
    const { frame } = look;
    const scene = this.#sceneOf(frame);
    this.#looks.push(frame);
    this.#active = this.#active.filter(
      (p) => p.scene === scene && frame - p.seen.at(-1)!.frame <= 1.5 * this.#o.frameRate,
    );
    const free = new Set(look.faces);
    const open = new Set(this.#active);
    for (const weak of [false, true]) {
      const pairs: { path: Path; face: Face; cost: number }[] = [];
      for (const path of open)
        for (const face of free) {
          if (!weak && face.score < 0.5) continue;
          const cost = this.#cost(path, face, frame);
          if (cost < 1) pairs.push({ path, face, cost });
        }
      pairs.sort((a, b) => a.cost - b.cost);
      for (const { path, face } of pairs) {
        if (!open.has(path) || !free.has(face)) continue;
        open.delete(path);
        free.delete(face);
        this.#extend(path, frame, face);
      }
    }
    for (const face of free) {
      const path: Path = {
        id: this.#paths.length + 1,
        seen: [{ frame, ...face }],
        scene,
        vx: 0,
        vy: 0,
        score: face.score,
        count: 1,
      };
      this.#paths.push(path);
      this.#active.push(path);
    }
  }
  addCut(frame: number): void {
    this.#cuts.push(frame);
  }
  end(last: number): void {
    this.#end = last;
  }

  boxesAt(frame: number): TrackBox[] {
    const out: TrackBox[] = [];
    for (const path of this.#paths) {
      const b = this.#boxAt(path, frame);
      if (b !== null) out.push(b);
    }
    return out;
  }
  isBlind(frame: number): boolean {
    const [from, to] = this.#sceneRange(this.#sceneOf(frame));
    return !this.#looks.some((l) => l >= from && l < to);
  }
  tracks(): Track[] {
    return this.#paths.map((p) => {
      const [a, b] = this.#span(p);
      return { id: p.id, firstFrame: a, lastFrame: b, score: p.score, detections: p.count };
    });
  }
  uncertain(): UncertainSpan[] {
    const out: UncertainSpan[] = [];
    for (const p of this.#paths) {
      const [a, b] = this.#span(p);
      if (p.score < 0.4) out.push({ trackId: p.id, reason: 'weak-only', firstFrame: a, lastFrame: b });
      else if (p.count === 1) out.push({ trackId: p.id, reason: 'seen-once', firstFrame: a, lastFrame: b });
    }
    return out;
  }
  #sceneOf(frame: number): number {
    let s = 0;
    this.#cuts.forEach((c, i) => {
      if (c <= frame) s = i;
    });
    return s;
  }
  #sceneRange(scene: number): [number, number] {
    return [this.#cuts[scene]!, this.#cuts[scene + 1] ?? Infinity];
  }
  #cost(path: Path, face: Face, frame: number): number {
    const last = path.seen.at(-1)!;
    const dt = frame - last.frame;
    const predicted = { ...last.box, x: last.box.x + path.vx * dt, y: last.box.y + path.vy * dt };
    const size = Math.max(last.box.height, face.box.height);
    const d = Math.min(dist(predicted, face.box), dist(last.box, face.box)) / size;
    const ratio = Math.max(last.box.height / face.box.height, face.box.height / last.box.height);
    if (ratio > 2) return 1;
    return iou(predicted, face.box) > 0
      ? 0.5 * (1 - iou(predicted, face.box))
      : d < 1 + dt / this.#o.frameRate
        ? 0.5 + d / 8
        : 1;
  }
  #extend(path: Path, frame: number, face: Face): void {
    const last = path.seen.at(-1)!;
    const dt = frame - last.frame;
    const vx = (cx(face.box) - cx(last.box)) / dt,
      vy = (cy(face.box) - cy(last.box)) / dt;
    path.vx = 0.5 * path.vx + 0.5 * vx;
    path.vy = 0.5 * path.vy + 0.5 * vy;
    path.score = Math.max(path.score, face.score);
    path.count += 1;
    path.seen.push({ frame, ...face });
  }
  #span(path: Path): [number, number] {
    const [from, to] = this.#sceneRange(path.scene);
    const fill = Math.round(Math.max(this.#o.lookInterval, 0.5 * this.#o.frameRate));
    return [
      Math.max(from, path.seen[0]!.frame - fill),
      Math.min(to - 1, this.#end, path.seen.at(-1)!.frame + fill),
    ];
  }
  #boxAt(path: Path, frame: number): TrackBox | null {
    const [a, b] = this.#span(path);
    if (frame < a || frame > b) return null;
    const first = path.seen[0]!,
      last = path.seen.at(-1)!;
    if (frame < first.frame || frame > last.frame) {
      const edge = frame < first.frame ? first : last;
      const dt = frame - edge.frame;
      const v = velocity(path, frame < first.frame);
      const moved = { ...edge.box, x: edge.box.x + v[0] * dt, y: edge.box.y + v[1] * dt };
      const box = growBox(unionBox(edge.box, moved), Math.min(0.4, 0.02 * Math.abs(dt)));
      return { trackId: path.id, box, origin: 'filled', score: edge.score };
    }
    let i = path.seen.findIndex((s) => s.frame >= frame);
    const next = path.seen[i]!;
    if (next.frame === frame)
      return { trackId: path.id, box: growBox(next.box, 0.1), origin: 'detected', score: next.score };
    i -= 1;
    const before = path.seen[i]!;
    const gap = next.frame - before.frame;
    return {
      trackId: path.id,
      box: growBox(
        lerpBox(before.box, next.box, (frame - before.frame) / gap),
        0.15 + Math.min(0.5, 0.01 * gap),
      ),
      origin: 'interpolated',
      score: Math.min(before.score, next.score),
    };
  }
}
function velocity(path: Path, atStart: boolean): [number, number] {
  if (path.seen.length < 2) return [0, 0];
  const [a, b] = atStart ? [path.seen[0]!, path.seen[1]!] : [path.seen.at(-2)!, path.seen.at(-1)!];
  const dt = b.frame - a.frame;
  return [(cx(b.box) - cx(a.box)) / dt, (cy(b.box) - cy(a.box)) / dt];
}
const cx = (b: Box): number => b.x + b.width / 2;
const cy = (b: Box): number => b.y + b.height / 2;
const dist = (a: Box, b: Box): number => Math.hypot(cx(a) - cx(b), cy(a) - cy(b));
