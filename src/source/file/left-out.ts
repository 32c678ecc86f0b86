import { basename } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { FurtherVideo } from '../../ffmpeg/choose-video.ts';
import type { Probe } from '../../ffmpeg/probe.ts';

type Streams = Pick<Probe, 'furtherVideos' | 'hasSecondView' | 'streamKinds' | 'chapters'>;

/** What people call the kinds of streams. */
const NAMES: Readonly<Record<string, readonly [one: string, several: string]>> = {
  cover: ['a cover picture', 'cover pictures'],
  subtitle: ['a subtitle track', 'subtitle tracks'],
  data: ['a data track', 'data tracks'],
  attachment: ['an attached file', 'attached files'],
};

/** What of a file is not in the output, besides tags, in one sentence or none. */
export function leftOutNotes({ furtherVideos, hasSecondView, streamKinds, chapters }: Streams): string[] {
  const thumbnails = furtherVideos.filter((further) => !isMoving(further)).length;
  const parts = [
    ...Object.entries(NAMES).flatMap(([kind, names]) =>
      counted(streamKinds.filter((each) => each === kind).length, names),
    ),
    ...counted(thumbnails, ['a thumbnail stream', 'thumbnail streams']),
    ...(hasSecondView ? ['the view for the other eye'] : []),
    ...counted(chapters, ['a chapter', 'chapters']),
  ];
  return parts.length === 0 ? [] : [`Left out: ${parts.join(', ')}.`];
}

/**
 * Further cameras of a file, which are not covered and so not in the output, a sentence each.
 *
 * @param path of the file, for the command that copies them
 */
export function leftOutDoubts(path: string, { furtherVideos }: Streams): string[] {
  // Its name alone: reports keep no folders.
  const name = basename(path);
  return furtherVideos
    .filter(isMoving)
    .map(
      ({ video: { index, width, height }, seconds }) =>
        `The file has another video track, stream ${index} (${width}x${height}, ${seconds.toFixed(1)} s), which is ` +
        `left out. To cover it as well, copy it into a file, in its folder: ffmpeg -i ${shellWord(name)} -map 0:${index} -c copy ${shellWord(`${name}.${index}.mkv`)}`,
    );
}

function isMoving({ packets }: FurtherVideo): boolean {
  return packets > 1;
}

function counted(count: number, [one, several]: readonly [string, string]): string[] {
  return count === 0 ? [] : [count === 1 ? one : `${count} ${several}`];
}
