import { VeilError } from '../../errors.ts';
import type { Packet } from '../../ffmpeg/packets.ts';
import { shellWord } from '../../base/shell-word.ts';

/** Steps back up to this are rounding, seconds. */
const JITTER = 0.25;

/** Steps forward beyond this may be wrong times, seconds. */
const STEP = 1;

/** About where the clock of audio goes back first, seconds from the start of the file, by index of the track. */
export function clockGoesBack(packets: Iterable<Packet>, startTime: number): ReadonlyMap<number, number> {
  const clocks = new Map<number, { readonly latest: number; readonly beforeStep: number }>();
  const back = new Map<number, number>();
  for (const { stream, time, isHidden } of packets) {
    if (time === null || isHidden) continue;
    const { latest, beforeStep } = clocks.get(stream) ?? { latest: time, beforeStep: Infinity };
    if (time < latest - JITTER && !back.has(stream)) {
      // Either it returns from wrong times and goes on, or it starts again, as in joined recordings.
      const at = time >= beforeStep - JITTER ? time : latest;
      back.set(stream, at - startTime);
    }
    clocks.set(stream, {
      latest: Math.max(latest, time),
      beforeStep: time > latest + STEP ? latest : beforeStep,
    });
  }
  return back;
}

/** Doubts about tracks whose clock goes back, a sentence each: nobody can say when that sound plays. */
export function soundClockDoubts(
  back: ReadonlyMap<number, number>,
  tracks: readonly { index: number }[],
): string[] {
  return tracks.flatMap(({ index }, position) => {
    const time = back.get(index);
    if (time === undefined) return [];
    return [
      `The clock of audio track ${position + 1} goes back at about ${time.toFixed(1)} s: from there on its sound may come ` +
        'too late or be missing. See whether sound and picture still fit.',
    ];
  });
}

/**
 * The error for times of sound, where its clock goes back: what is at a time in the file is at another one when it plays.
 */
export function soundClockAmbiguous(path: string): VeilError {
  const to = `${path}.mkv`;
  return new VeilError(
    'INPUT_UNSUPPORTED',
    `The clock of the sound of ${path} goes back, so Veil can't find a time in it.`,
    {
      hint:
        `Let its times rise first, and look for the times of --mute, --start and --end in the copy: ` +
        `ffmpeg -i ${shellWord(path)} -map 0:v -map 0:a -c:v copy -af aresample=async=1 -c:a flac ${shellWord(to)}`,
    },
  );
}
