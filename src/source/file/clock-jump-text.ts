import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';

/** Limit of listed jumps. */
const MOST = 5;

/** Warning about a clock that jumps, one sentence or none. */
export function clockJumpDoubts(jumps: readonly number[]): string[] {
  if (jumps.length === 0) return [];
  const places = jumps.slice(0, MOST).map((time) => `${time.toFixed(1)} s`);
  const more = jumps.length > MOST ? ` and ${jumps.length - MOST} times more` : '';
  return [
    `The clock of the file jumps at about ${places.join(', ')}${more}: the times go on there. See whether sound and picture still fit.`,
  ];
}

/** The error for a part of a file with ambiguous times. */
export function clockJumpsWithin(path: string): VeilError {
  const to = `${path}.mkv`;
  return new VeilError(
    'INPUT_UNSUPPORTED',
    `The clock of ${path} jumps, so no part of it can be told by time.`,
    {
      hint: `Let its times rise first: ffmpeg -i ${shellWord(path)} -c copy ${shellWord(to)}`,
    },
  );
}
