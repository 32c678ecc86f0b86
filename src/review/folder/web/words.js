// The state of files, in words.

/** @typedef {import('../protocol.ts').FileState} FileState */
/** @typedef {'warn' | 'alarm' | 'live' | 'soft'} Tone */

const JOBS = {
  detecting: 'looking for faces',
  following: 'tracking',
  rendering: 'rendering',
  auditing: 'searching the result',
};

/** Whether a file needs work. @param {FileState} file */
export const isOpen = ({ state, doubts, findings, output }) =>
  state !== 'known' || doubts + findings > 0 || output !== 'current';

/**
 * Files that need a person most come first: failed ones, open doubts, unsearched ones, unrendered ones, and done ones.
 *
 * @param {FileState} file
 */
export function rankOf(file) {
  const { state, doubts, findings } = file;
  if (state === 'failed') return 0;
  if (doubts + findings > 0) return 1;
  if (state !== 'known') return 2;
  return isOpen(file) ? 3 : 4;
}

/**
 * @param {FileState} file
 * @returns {readonly [text: string, tone: Tone]}
 */
export function standingOf({ state, doubts, findings, output, working, problem }) {
  if (working !== null) return [`${JOBS[working.job]}${share(working)}`, 'warn'];
  if (state === 'queued') return ['waits to be searched', 'soft'];
  if (state === 'unread') return ['…', 'soft'];
  if (problem !== null) return [problem, 'alarm'];
  if (state === 'unsearched') return ['not searched for faces yet', 'soft'];
  if (doubts > 0) return [`${doubts} to look at`, 'warn'];
  if (findings > 0) return [`the search found ${findings}`, 'alarm'];
  if (output === 'none') return ['reviewed, not rendered yet', 'warn'];
  if (output === 'older') return ['changed since it was rendered', 'warn'];
  return ['nothing left to do', 'live'];
}

/**
 * Status of the whole folder.
 *
 * @param {readonly FileState[]} files
 * @returns {readonly [text: string, tone: Tone]}
 */
export function folderStanding(files) {
  if (files.some(({ state }) => state === 'unread')) return ['Counting', 'soft'];
  const left = files.filter(({ doubts, findings }) => doubts + findings > 0);
  const places = left.reduce((sum, { doubts, findings }) => sum + doubts + findings, 0);
  if (places > 0) return [`${many(places, 'place')} to look at in ${many(left.length, 'file')}`, 'warn'];
  const broken = files.filter(({ state }) => state === 'failed').length;
  if (broken > 0) return [`${many(broken, 'file')} can’t be reviewed`, 'alarm'];
  const unsearched = files.filter(({ state }) => state !== 'known').length;
  if (unsearched > 0) return [`${many(unsearched, 'file')} not searched yet`, 'warn'];
  const unrendered = files.filter(isOpen).length;
  if (unrendered > 0) return [`Everything reviewed; ${many(unrendered, 'file')} to render`, 'warn'];
  return ['Done: everything is reviewed and rendered', 'live'];
}

/** `1 file`, `2 files` @param {number} count @param {string} noun */
export const many = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** @param {NonNullable<FileState['working']>} working */
function share({ done, total }) {
  return total === null || total === 0 ? '' : `, ${Math.floor((100 * Math.min(done, total)) / total)} %`;
}
