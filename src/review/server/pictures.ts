import { TrackPlan } from '../../documents/track-plan.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { PageFile } from '../../web-server/pages.ts';
import type { Frame } from '../../frame/frame.ts';
import { coveredPicture, coverFrame, type CoverStyle } from '../frames/covered-picture.ts';
import type { Footage } from '../frames/footage.ts';
import { framePart } from '../frames/frame-part.ts';
import type { FullFrames } from '../frames/full-frames.ts';
import { loudness } from '../frames/loudness.ts';
import { thumbnail } from '../frames/thumbnail.ts';
import { rangeOf, rowAt } from '../../documents/rows.ts';
import type { Project, ReviewTrack } from '../project.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { ReviewFile } from './review-file.ts';

export interface PicturesOptions {
  readonly file: ReviewFile;
  readonly footage: Footage;
  /** The same frames at full resolution. */
  readonly fullFrames: FullFrames;
  readonly style: CoverStyle;
  /** Of the noise in covers, the same as in the output. */
  readonly seed: Promise<string>;
  readonly signal: AbortSignal;
  /** Path of the video. */
  readonly input: string;
}

type Pixels = Pick<Frame, 'data' | 'width' | 'height'>;

/** Frames per answer with boxes. */
export const BOXES_AT_ONCE = 32;

const JPEG = 'image/jpeg';
/** Covered pictures to keep: about a second of playback, and frames that are shown repeatedly. */
const KEPT_PICTURES = 48;

/** Everything the page sees of the video: frames with covers and without, faces, boxes, sound. */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #covered = new RecentlyUsed<Promise<Buffer>>(KEPT_PICTURES);
  #plan: { readonly project: Project; readonly plan: TrackPlan; readonly number: number } | null = null;
  #full: { readonly name: string; readonly frame: Promise<Pixels | null> } | null = null;
  #sound: Promise<Buffer> | null = null;

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  /** The file at a path below the token; null if there is none. */
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
      case 'original-part/5':
      case 'covered-part/5':
        return isFrame ? this.#part(a, what === 'covered-part', rest.slice(1).map(Number)) : null;
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

  /** Boxes covered in a frame, as in the output; null for the whole frame. */
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

  /** A part of a frame at full resolution; x, y, width and height in pixels of the video. */
  async #part(index: number, isCovered: boolean, place: readonly number[]): Promise<PageFile | null> {
    const { footage, fullFrames, file } = this.#options;
    const [x = 0, y = 0, width = 0, height = 0] = place;
    const { video } = file.project;
    if (width < 1 || height < 1 || x + width > video.width || y + height > video.height) return null;
    // Waits until the time of the frame is known.
    await footage.jpeg(index);
    const frame = isCovered ? await this.#fullCovered(index) : await fullFrames.get(index);
    return frame === null ? null : picture(await framePart(frame, { x, y, width, height }));
  }

  /** Keeps the last frame: a user who pans asks for the same frame again. */
  #fullCovered(index: number): Promise<Pixels | null> {
    const { fullFrames, style, seed, file } = this.#options;
    const { plan, number } = this.#planNow();
    const name = `${number}/${index}`;
    if (this.#full?.name === name) return this.#full.frame;
    const frame = fullFrames.get(index).then(async (original) => {
      const boxes = plan.boxesAt(index);
      if (original === null || boxes?.length === 0) return original;
      const copy = { ...original, data: original.data.slice() };
      return coverFrame(copy, { index, boxes, video: file.project.video }, style, await seed);
    });
    this.#full = { name, frame };
    const forget = (): void => {
      if (this.#full?.frame === frame) this.#full = null;
    };
    // A failed frame is not cached.
    frame.then((made) => {
      if (made === null) forget();
    }, forget);
    return frame;
  }

  /** Boxes of all tracks, covered or not, for each frame from `first` on: id, x, y, width, height. */
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
