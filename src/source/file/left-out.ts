import { basename, extname } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { FurtherVideo } from '../../ffmpeg/choose-video.ts';
import type { Probe } from '../../ffmpeg/probe.ts';

type Streams = Pick<Probe, 'video' | 'furtherVideos' | 'hasSecondView' | 'streamKinds' | 'chapters'>;
type Films = Pick<Probe, 'furtherVideos' | 'filmBehind'>;

/** Names of the kinds of streams, for users. */
const NAMES: Readonly<Record<string, readonly [one: string, several: string]>> = {
  cover: ['a cover picture', 'cover pictures'],
  subtitle: ['a subtitle track', 'subtitle tracks'],
  data: ['a data track', 'data tracks'],
  attachment: ['an attached file', 'attached files'],
};

/** Parts of a file that the output lacks, besides tags, in one sentence or none; and what it no longer says of its picture. */
export function leftOutNotes({
  video,
  furtherVideos,
  hasSecondView,
  streamKinds,
  chapters,
}: Streams): string[] {
  const thumbnails = furtherVideos.filter((further) => !isMoving(further)).length;
  const parts = [
    ...Object.entries(NAMES).flatMap(([kind, names]) =>
      counted(streamKinds.filter((each) => each === kind).length, names),
    ),
    ...counted(thumbnails, ['a thumbnail stream', 'thumbnail streams']),
    ...((video?.crop ?? null) !== null ? ['edges of the picture that players cut off'] : []),
    ...(hasSecondView ? ['the view for the other eye'] : []),
    ...counted(chapters, ['a chapter', 'chapters']),
  ];
  return [...(parts.length === 0 ? [] : [`Left out: ${parts.join(', ')}.`]), ...flatNotes(video)];
}

function flatNotes(video: Streams['video']): string[] {
  const { projection = null, views = null } = video ?? {};
  const kinds = [
    ...(projection === null ? [] : [`a 360° picture (${projection})`]),
    ...(views === null ? [] : [`a 3D picture (${views})`]),
  ];
  if (kinds.length === 0) return [];
  return [
    `The file says that it holds ${kinds.join(' and ')}. The output does not: players show it flat, as it is stored.`,
  ];
}

/**
 * Further camera streams of a file and films behind it, which are not covered and so left out of the output, a sentence each.
 *
 * @param path of the file, for the command that copies them
 */
export function leftOutDoubts(path: string, { furtherVideos, filmBehind }: Films): string[] {
  // Only the name: reports contain no folders.
  const name = basename(path);
  const tracks = furtherVideos
    .filter(isMoving)
    .map(
      ({ video: { index, width, height }, seconds }) =>
        `The file has another video track, stream ${index} (${width}x${height}, ${seconds.toFixed(1)} s), which is ` +
        `left out. To cover it as well, copy it into a file, in its folder: ffmpeg -i ${shellWord(name)} -map 0:${index} -c copy ${shellWord(`${name}.${index}.mkv`)}`,
    );
  if (filmBehind === null) return tracks;
  return [
    ...tracks,
    `Another film begins behind this one, at byte ${filmBehind} of the file. Players do not reach it, and it is left out. ` +
      `To cover it as well, copy it into a file, in its folder: tail -c +${filmBehind + 1} ${shellWord(name)} > ${shellWord(`${name}.2${extname(name)}`)}`,
  ];
}

function isMoving({ packets }: FurtherVideo): boolean {
  return packets > 1;
}

function counted(count: number, [one, several]: readonly [string, string]): string[] {
  return count === 0 ? [] : [count === 1 ? one : `${count} ${several}`];
}
