import { VeilError } from '../../errors.ts';
import type { LiveSettings } from '../../frame/live-output.ts';
import { STYLES } from '../../frame/style.ts';
import { THRESHOLDS } from '../../frame/threshold.ts';

/**
 * Validates settings.
 *
 * @throws VeilError USAGE, which names the invalid setting
 */
export function checkedSettings({ style, cells, threshold }: LiveSettings): LiveSettings {
  if (!STYLES.includes(style)) throw refused('style', 'blur, mosaic or solid');
  if (!Number.isInteger(cells) || cells < 2 || cells > 8)
    throw refused('cells', 'a whole number from 2 to 8');
  const { least, most } = THRESHOLDS;
  if (!(threshold >= least && threshold <= most)) {
    throw refused('threshold', `a number from ${least} to ${most}`);
  }
  return { style, cells, threshold };
}

function refused(name: string, range: string): VeilError {
  return new VeilError('USAGE', `${name} must be ${range}.`);
}
