import { roundBox, type Box } from '../../frame/box.ts';
import type { Project } from '../project.ts';
import type { Edit } from './edit.ts';
import { checkRange, nextId, refused } from './refuse.ts';

type EditOf<Type extends Edit['type']> = Extract<Edit, { type: Type }>;

/** Adds a rectangle that is always covered, never looked at, or the only one that stays visible. */
export function addZone(project: Project, edit: EditOf<'addZone'>): Project {
  checkRange(project, edit);
  const { kind, firstFrame, lastFrame } = edit;
  const box = within(edit, project.video);
  if (box.width <= 0 || box.height <= 0) throw refused('The zone lies outside the picture.');
  const zone = { id: nextId(ids(project.zones)), kind, firstFrame, lastFrame, ...box };
  return { ...project, zones: [...project.zones, zone] };
}

/** The part of a box inside the picture, to tenths of a pixel. */
function within(box: Box, video: Project['video']): Box {
  const { x, y, width, height } = roundBox(box);
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return roundBox({
    ...{ x: left, y: top },
    width: Math.min(video.width, x + width) - left,
    height: Math.min(video.height, y + height) - top,
  });
}

export function removeZone(project: Project, { id }: EditOf<'removeZone'>): Project {
  return { ...project, zones: without(project.zones, id, 'zone') };
}

/** Covers whole frames. */
export function coverAll(project: Project, { firstFrame, lastFrame }: EditOf<'coverAll'>): Project {
  checkRange(project, { firstFrame, lastFrame });
  const whole = { id: nextId(ids(project.wholes)), firstFrame, lastFrame };
  return { ...project, wholes: [...project.wholes, whole] };
}

export function removeCoverAll(project: Project, { id }: EditOf<'removeCoverAll'>): Project {
  return { ...project, wholes: without(project.wholes, id, 'covered span') };
}

/** Mutes sound. */
export function mute(project: Project, { from, to }: EditOf<'mute'>): Project {
  if (to <= from) throw refused('A span of silence must end after it begins.');
  return { ...project, mutes: [...project.mutes, { id: nextId(ids(project.mutes)), from, to }] };
}

export function unmute(project: Project, { id }: EditOf<'unmute'>): Project {
  return { ...project, mutes: without(project.mutes, id, 'silenced span') };
}

function ids(things: readonly { readonly id: number }[]): number[] {
  return things.map(({ id }) => id);
}

function without<T extends { readonly id: number }>(things: readonly T[], id: number, name: string): T[] {
  const rest = things.filter((thing) => thing.id !== id);
  if (rest.length === things.length) throw refused(`There is no ${name} ${id}.`);
  return rest;
}
