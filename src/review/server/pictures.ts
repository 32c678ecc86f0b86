import { TrackPlan } from '../../documents/track-plan.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { PageFile } from '../../web-server/pages.ts';
import { coveredPicture, type CoverStyle } from '../frames/covered-picture.ts';
import type { Footage } from '../frames/footage.ts';
import { loudness } from '../frames/loudness.ts';
import { thumbnail } from '../frames/thumbnail.ts';
import { rangeOf, rowAt } from '../../documents/rows.ts';
import type { Project, ReviewTrack } from '../project.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { ReviewFile } from './review-file.ts';

export interface PicturesOptions {
  readonly file: ReviewFile;
  readonly footage: Footage;
  readonly style: CoverStyle;
  /** Of the noise in covers, as the output has it. */
  readonly seed: Promise<string>;
  readonly signal: AbortSignal;
  /** Path of the video. */
  readonly input: string;
}

/** Frames whose boxes are told at once. */
export const BOXES_AT_ONCE = 32;

const JPEG = 'image/jpeg';
/** Covered pictures that are kept: a second of playing, and what is looked at again and again. */
const KEPT_PICTURES = 48;

/** What the page sees of the video: frames with their covers and without, faces, boxes, sound. */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #covered = new RecentlyUsed<Promise<Buffer>>(KEPT_PICTURES);
  #plan: { readonly project: Project; readonly plan: TrackPlan; readonly number: number } | null = null;
  #sound: Promise<Buffer> | null = null;

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  /** By its path below the token: null where there is no such thing. */
  async answer(path: string): Promise<PageFile | null> {
    const [what = '', ...rest] = path.split('?')[0]!.split('/');
    if (!rest.every((part) => /^\d{1,9}$/.test(part))) return null;
    const [a = -1, b = -1] = rest.map(Number);
    const { video } = this.#options.file.project;
    const isFrame = a >= 0 && a < video.frames;
    switch (`${what}/${rest.length}`) {
      case 'original/1':
        return isFrame ? picture(await this.#options.footage.jpeg(a)) : null;
      case 'covered/1':
        return isFrame ? picture(await this.#coveredAt(a)) : null;
      case 'boxes/1':
        return isFrame ? json(this.#boxesFrom(a)) : null;
      case 'face/2':
        return this.#face(a, b);
      case 'sound/0':
        return { type: 'application/octet-stream', body: await this.#soundOf() };
      default:
        return null;
    }
  }

  /** What is covered in a frame now, as the output will have it; null for all of it. */
  coversAt(frame: number): readonly TrackBox[] | null {
    return this.#planNow().plan.boxesAt(frame);
  }

  #planNow(): { readonly plan: TrackPlan; readonly number: number } {
    const { file } = this.#options;
    const { project } = file;
    if (this.#plan?.project !== project) {
      this.#plan = { project, plan: new TrackPlan(file.document()), number: (this.#plan?.number ?? 0) + 1 };
    }
    return this.#plan;
  }

  #coveredAt(index: number): Promise<Buffer> {
    const { footage, style, seed, file } = this.#options;
    const { plan, number } = this.#planNow();
    return this.#covered.get(`${number}/${index}`, async () => {
      const boxes = plan.boxesAt(index);
      const { video } = file.project;
      return coveredPicture(await footage.jpeg(index), { index, boxes, video }, style, await seed);
    });
  }

  /** Boxes of all tracks, covered or not, for each frame from one on: id, x, y, width, height. */
  #boxesFrom(first: number): number[][][] {
    const { tracks, video } = this.#options.file.project;
    const last = Math.min(video.frames - 1, first + BOXES_AT_ONCE - 1);
    const near = [...tracks.values()].filter((track) => {
      const { firstFrame, lastFrame } = rangeOf(track);
      return firstFrame <= last && lastFrame >= first;
    });
    return Array.from({ length: last - first + 1 }, (_, offset) =>
      near.flatMap((track) => boxAt(track, first + offset)),
    );
  }

  async #face(id: number, frame: number): Promise<PageFile | null> {
    const { file, footage } = this.#options;
    const track = file.project.tracks.get(id);
    const row = track === undefined ? null : rowAt(track, frame);
    if (row === null) return null;
    const [, x, y, width, height] = row;
    return picture(await thumbnail(await footage.jpeg(frame), { x, y, width, height }, file.project.video));
  }

  #soundOf(): Promise<Buffer> {
    const { file, input, signal } = this.#options;
    this.#sound ??= loudness({ input, start: file.input.start, end: file.input.end, signal });
    return this.#sound;
  }
}

function boxAt(track: ReviewTrack, frame: number): number[][] {
  const row = rowAt(track, frame);
  if (row === null) return [];
  const [, x, y, width, height] = row;
  return [[track.id, x, y, width, height]];
}

function picture(body: Buffer): PageFile {
  return { type: JPEG, body };
}

function json(value: unknown): PageFile {
  return { type: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}
