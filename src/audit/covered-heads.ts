import { regionsOf } from '../anonymize/regions.ts';
import type { CoveredTracks } from '../documents/read-report.ts';
import type { Box } from '../frame/box.ts';
import { isInRange } from '../frame/track.ts';

/** Share of a face that must lie within a covered head. */
const COVERED = 0.75;
/** Points across and down a face. */
const POINTS = 6;
/** A detector's boxes of blurred heads are loose: a head reaches this share of its radii further. */
const LOOSE = 0.2;

/** Whether a face lies in a head that the report says was covered. */
export class CoveredHeads {
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
    const heads = regionsOf(boxes, { shape, padding }, this.#size.width, this.#size.height);
    let inside = 0;
    for (let i = 0; i < POINTS * POINTS; i += 1) {
      const x = face.x + (face.width * ((i % POINTS) + 0.5)) / POINTS;
      const y = face.y + (face.height * (Math.floor(i / POINTS) + 0.5)) / POINTS;
      const holds = heads.some(
        ({ centerX, centerY, radiusX, radiusY }) =>
          Math.abs(x - centerX) <= radiusX * (1 + LOOSE) && Math.abs(y - centerY) <= radiusY * (1 + LOOSE),
      );
      if (holds) inside += 1;
    }
    return inside / (POINTS * POINTS) >= COVERED;
  }
}
