import { hasAlpha } from '../ffmpeg/has-alpha.ts';
import type { Probe } from '../ffmpeg/probe.ts';

/** Tags that reveal when, where, by whom or with which device a video was filmed. */
const REVEALING =
  /title|artist|author|comment|copyright|creat|date|location|gps|make|model|device|software|description|synopsis|album|com\.|rotate|timecode/;

/** Values of tags that muxers must write, from which nothing can be learnt. */
const PLAIN: Readonly<Record<string, RegExp>> = {
  handler_name: /^(?:\W?(?:Video|Sound)(?:Media)?Handler?|Core Media (?:Video|Audio))?$/,
  language: /^[a-z]{2,3}(?:-[A-Za-z0-9-]{1,12})?$/,
};

/** Streams and tags that no output of Veil has, a sentence each. */
export function streamProblems(facts: Probe): string[] {
  const { streamKinds, chapters, tags, video, videos, audio, hasSecondView } = facts;
  const problems: string[] = [];
  for (const kind of streamKinds.filter((name) => name !== 'video' && name !== 'audio')) {
    problems.push(`It has ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} stream.`);
  }
  const count = streamKinds.filter((kind) => kind === 'video').length;
  if (count > 1) problems.push(`It has ${count} video streams, and players show one.`);
  if (videos.some(hasAlpha))
    problems.push('It has transparency, which hides a picture that can be made visible.');
  if (hasSecondView) problems.push("It has a second view, for the other eye, which can't be looked at here.");
  if (videos.some(({ tags: { stereo_mode: mode } }) => mode !== undefined && mode !== 'mono'))
    problems.push('It has a second view, for the other eye.');
  if (chapters > 0) problems.push(`It has ${chapters} chapters.`);
  const groups = [tags, video?.tags ?? {}, ...audio.map((track) => track.tags)];
  const names = new Set(
    groups.flatMap((group) =>
      Object.entries(group).flatMap(([name, value]) =>
        REVEALING.test(name) || PLAIN[name]?.test(value) === false ? [name] : [],
      ),
    ),
  );
  for (const name of names) problems.push(`It has the tag ${name}.`);
  return problems;
}
