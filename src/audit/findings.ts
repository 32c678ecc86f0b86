import { growBox, iou, scaleBox, type Box } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';
import type { Frame, Picture } from '../frame/frame.ts';

/** A small RGB picture, 3 bytes per pixel. */
export type Crop = Picture;

/** One face that is still visible. */
export interface Finding {
  /** Index of its stream in the file. */
  readonly stream: number;
  /** Its place if that is not a stream, such as `the thumbnail in its EXIF data`. */
  readonly where?: string;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** The frame of the highest score. */
  readonly surestFrame: number;
  /** Its box in that frame, pixels. */
  readonly box: Box;
  readonly score: number;
  /** Number of looks that found it. */
  readonly looks: number;
  readonly crop: Crop;
}

/** Lowest score of a finding from one look, and from several. */
const SURE = 0.6;
const PERSISTENT = { score: 0.4, looks: 3 };

/** Seconds after which a face at the same place is another finding. */
const PATIENCE = 0.5;

/** Margin of a crop, as a share of the face. */
const MARGIN = 0.8;

/** Joins detections of successive looks into findings, so that one person becomes one finding. */
export class FindingTracks {
  readonly #done: Finding[] = [];
  #open: Finding[] = [];
  readonly #place: Pick<Finding, 'stream' | 'where'>;

  constructor(place: Pick<Finding, 'stream' | 'where'>) {
    this.#place = place;
  }

  add({ index, time, width, height }: Frame, faces: readonly Detection[], picture: Picture): void {
    const going = this.#open.filter(({ to }) => time - to <= PATIENCE);
    this.#done.push(...this.#open.filter(({ to }) => time - to > PATIENCE));
    const free = new Set(going);
    const seen = faces.map((face): Finding => {
      const crop = (): Crop =>
        cut(picture, scaleBox(face.box, picture.width / width, picture.height / height));
      const before = [...free].find(({ box }) => iou(growBox(box, 0.5), growBox(face.box, 0.5)) > 0.2);
      if (before === undefined) {
        const start = { ...this.#place, from: time, to: time, firstFrame: index, lastFrame: index };
        return { ...start, surestFrame: index, box: face.box, score: face.score, looks: 1, crop: crop() };
      }
      free.delete(before);
      const next = { ...before, to: time, lastFrame: index, looks: before.looks + 1 };
      // Joined by place; box and crop come from the highest score.
      if (face.score <= before.score) return next;
      return { ...next, surestFrame: index, box: face.box, score: face.score, crop: crop() };
    });
    this.#open = [...free, ...seen];
  }

  /** All findings with a sufficient score, in descending order. */
  result(): Finding[] {
    return [...this.#done, ...this.#open]
      .filter(({ score, looks }) => score >= SURE || (score >= PERSISTENT.score && looks >= PERSISTENT.looks))
      .sort((a, b) => b.score - a.score);
  }
}

function cut({ data, width, height }: Picture, face: Box): Crop {
  const around = growBox(face, MARGIN);
  const x0 = Math.max(0, Math.floor(around.x));
  const y0 = Math.max(0, Math.floor(around.y));
  const x1 = Math.min(width, Math.max(x0 + 1, Math.ceil(around.x + around.width)));
  const y1 = Math.min(height, Math.max(y0 + 1, Math.ceil(around.y + around.height)));
  const rows: Uint8Array[] = [];
  for (let y = y0; y < y1; y += 1) rows.push(data.subarray((y * width + x0) * 3, (y * width + x1) * 3));
  return { width: x1 - x0, height: y1 - y0, data: Buffer.concat(rows) };
}
