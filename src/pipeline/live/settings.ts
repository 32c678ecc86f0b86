import { VeilError } from '../../errors.ts';
import type { LiveSettings } from '../../frame/live-output.ts';
import { STYLES } from '../../frame/style.ts';

/** Lowest threshold that can be chosen while a run goes on: the detector reports nothing below it. */
export const LOWEST_THRESHOLD = 0.05;

/**
 * Settings as they may be.
 *
 * @throws VeilError USAGE that names the one that may not
 */
export function checkedSettings({ style, cells, threshold }: LiveSettings): LiveSettings {
  if (!STYLES.includes(style)) throw refused('style', 'blur, mosaic or solid');
  if (!Number.isInteger(cells) || cells < 2 || cells > 8)
    throw refused('cells', 'a whole number from 2 to 8');
  if (!(threshold >= LOWEST_THRESHOLD && threshold <= 0.99)) {
    throw refused('threshold', `a number from ${LOWEST_THRESHOLD} to 0.99`);
  }
  return { style, cells, threshold };
}

function refused(name: string, range: string): VeilError {
  return new VeilError('USAGE', `${name} must be ${range}.`);
}
