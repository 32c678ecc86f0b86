import { z } from 'zod';
import { VeilError } from '../errors.ts';
import type { FrameRange } from '../frame/track.ts';
import type { TracksDocument } from '../documents/tracks-document.ts';
import { applyEdit } from './edits/apply-edit.ts';
import type { Edit } from './edits/edit.ts';
import { documentOf, projectOf } from './project-document.ts';
import type { Project, ZoneKind } from './project.ts';
import { boxOf, rowAt } from '../documents/rows.ts';

/** Seconds of the part, as typed: `2.4s`, `1-3.5s`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

type Box = readonly [x: number, y: number, width: number, height: number];

/** An edit given as a command-line option instead of on the page. */
export type TypedEdit =
  | { readonly type: 'drop'; readonly track: number }
  | { readonly type: 'dropAt'; readonly time: number; readonly x: number; readonly y: number }
  | { readonly type: 'add'; readonly span: Span; readonly box: Box }
  | { readonly type: 'zone'; readonly kind: ZoneKind; readonly span: Span | null; readonly box: Box };

const number = /^-?\d+(\.\d+)?$/;
const numbers = z.array(z.string().regex(number).transform(Number));

/** `35` or `35,36`. */
export function readDrop(text: string): TypedEdit[] {
  const ids = numbersOf(text.split(','), null) ?? [];
  if (ids.length === 0 || !ids.every((id) => Number.isInteger(id) && id > 0)) {
    throw unreadable(`--drop ${text}`, 'Give numbers of tracks, such as 35 or 35,36.');
  }
  return ids.map((track) => ({ type: 'drop', track }));
}

/** `2.4s,300,490`: time and a point of the picture. */
export function readDropAt(text: string): TypedEdit {
  const [when = '', ...rest] = text.split(',');
  const time = /^(\d+(?:\.\d+)?)s?$/.exec(when);
  const point = numbersOf(rest, 2);
  if (time === null || point === null) {
    throw unreadable(`--drop-at ${text}`, 'Give a time and a point in pixels, such as 2.4s,300,490.');
  }
  const [x, y] = point as [number, number];
  return { type: 'dropAt', time: Number(time[1]), x, y };
}

/** `1.0-3.5s,300,120,60,80`: times and a box. */
export function readAdd(text: string): TypedEdit {
  const [when = '', ...rest] = text.split(',');
  const span = spanOf(when);
  const box = numbersOf(rest, 4);
  if (span === null || box === null) {
    throw unreadable(`--add ${text}`, 'Give times and a box in pixels, such as 1.0-3.5s,300,120,60,80.');
  }
  return { type: 'add', span, box: box as unknown as Box };
}

/** `cover,300,120,60,80` or `only,1.0-3.5s,300,120,60,80`. */
export function readZone(text: string): TypedEdit {
  const [kind, ...rest] = text.split(',');
  const span = rest.length === 5 ? spanOf(rest[0]!) : null;
  const box = numbersOf(rest.slice(-4), 4);
  const isKind = kind === 'cover' || kind === 'ignore' || kind === 'only';
  if (!isKind || box === null || rest.length !== (span === null ? 4 : 5)) {
    throw unreadable(
      `--zone ${text}`,
      'Give cover, ignore or only, times if not the whole video, and a box, such as cover,1.0-3.5s,300,120,60,80.',
    );
  }
  return { type: 'zone', kind, span, box: box as unknown as Box };
}

/** Whether edits refer to frames by time. */
export function needsTimes(edits: readonly TypedEdit[]): boolean {
  return edits.some((edit) => edit.type !== 'drop' && (edit.type !== 'zone' || edit.span !== null));
}

/**
 * Applies typed edits to a tracks document.
 *
 * @param times display time of each frame, seconds of the part; empty where no edit has a time
 * @throws VeilError EDIT_REFUSED for an edit that does not fit, USAGE where the frames have no times
 */
export function applyTypedEdits(
  document: TracksDocument,
  edits: readonly TypedEdit[],
  times: readonly number[],
): TracksDocument {
  const { frames } = document.input;
  if (needsTimes(edits) && times.length !== frames) {
    throw new VeilError('USAGE', `The file does not say when its ${frames} frames are shown.`, {
      hint: 'Drop tracks by number instead of by time, or edit the tracks file.',
    });
  }
  const project = edits.reduce((sum, edit) => applyEdit(sum, editFor(edit, sum, times)), projectOf(document));
  return documentOf(project, document);
}

function editFor(edit: TypedEdit, project: Project, times: readonly number[]): Edit {
  switch (edit.type) {
    case 'drop':
      return { type: 'decide', tracks: [edit.track], state: 'dismissed' };
    case 'dropAt':
      return { type: 'decide', tracks: [trackAt(edit, project, times)], state: 'dismissed' };
    case 'add': {
      const { firstFrame, lastFrame } = framesOf(edit.span, times);
      const rows = [...new Set([firstFrame, lastFrame])].map((frame) => [frame, ...edit.box] as const);
      return { type: 'add', isKeyed: true, rows };
    }
    case 'zone': {
      const [x, y, width, height] = edit.box;
      const whole = { firstFrame: 0, lastFrame: project.video.frames - 1 };
      const range = edit.span === null ? whole : framesOf(edit.span, times);
      return { type: 'addZone', kind: edit.kind, ...range, x, y, width, height };
    }
  }
}

/** The track whose box contains a point at a time: the smallest, if there are several. */
function trackAt(
  { time, x, y }: Extract<TypedEdit, { type: 'dropAt' }>,
  { tracks }: Project,
  times: readonly number[],
): number {
  const frame = times.findLastIndex((shown) => shown <= time + HALF_MILLISECOND);
  const [found] = [...tracks.values()]
    .flatMap((track) => {
      const row = track.state === 'covered' ? rowAt(track, frame) : null;
      return row === null ? [] : [{ id: track.id, box: boxOf(row) }];
    })
    .filter(({ box }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
    .sort((a, b) => a.box.width * a.box.height - b.box.width * b.box.height);
  if (found !== undefined) return found.id;
  throw new VeilError('EDIT_REFUSED', `No track covers a face at ${time} s around ${x}, ${y}.`, {
    hint: 'veil blur --sheet shows the tracks with their numbers.',
  });
}

const HALF_MILLISECOND = 0.0005;

/** Frames that are shown in a span. @throws VeilError EDIT_REFUSED if there is none */
function framesOf({ from, to }: Span, times: readonly number[]): FrameRange {
  const at = (time: number): number => times.findLastIndex((shown) => shown <= time + HALF_MILLISECOND);
  const [firstFrame, lastFrame] = [Math.max(0, at(from)), at(to)];
  const [last, before = -Infinity] = times.slice(-2).reverse() as [number, number?];
  // The last frame is shown for about as long as the one before it.
  const isAfter = from > last + (last - before) + HALF_MILLISECOND;
  if (lastFrame >= 0 && !isAfter) return { firstFrame, lastFrame };
  throw new VeilError('EDIT_REFUSED', `No frame is shown from ${from} s to ${to} s.`, {
    hint: `Frames are shown from ${times[0]!.toFixed(2)} s to ${last.toFixed(2)} s.`,
  });
}

function spanOf(text: string): Span | null {
  const [, from, to] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)s?$/.exec(text) ?? [];
  return from === undefined || Number(to) < Number(from) ? null : { from: Number(from), to: Number(to) };
}

function numbersOf(parts: readonly string[], count: number | null): number[] | null {
  const { data } = numbers.safeParse(parts);
  return data !== undefined && (count === null || data.length === count) ? data : null;
}

function unreadable(what: string, hint: string): VeilError {
  return new VeilError('USAGE', `${what} can't be read.`, { hint });
}
