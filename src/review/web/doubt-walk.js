// The way through the doubts, riskiest first.
import { say, warn } from './announce.js';
import { send } from './connection.js';
import { doubtsNow } from './model.js';
import { play, seek } from './player.js';
import { now, update } from './store.js';

/** @typedef {import('./types.d.ts').Doubt} Doubt */

/** Where the last doubt stood in the list: after it is reviewed, the next one stands there. */
let place = 0;

/** To the doubt before or after this one; 0: to the one that takes its place. */
export function goToDoubt(/** @type {number} */ by) {
  const { doubt } = now();
  const doubts = doubtsNow();
  if (doubts.length === 0) {
    update({ doubt: null });
    say('Nothing is left to review.');
    return;
  }
  const at = doubts.findIndex(({ id, kind }) => id === doubt?.id && kind === doubt.kind);
  // One that is reviewed is gone from the list: its place holds the next.
  const to = at < 0 ? (by < 0 ? place - 1 : place) : at + by;
  place = ((to % doubts.length) + doubts.length) % doubts.length;
  const next = doubts[place];
  if (now().isPlaying) play(0);
  update({ doubt: next, selected: next.track === null ? new Set() : new Set([next.track]) });
  seek(next.frame);
  say(`Doubt ${place + 1} of ${doubts.length}: ${next.text}`);
}

/** The doubt that is looked at, or all of those that are selected, are reviewed; on to the next. */
export function markReviewed() {
  const { doubt, selected, spans } = now();
  const chosen = [...spans.values()].filter(
    ({ id, trackId, isReviewed }) =>
      !isReviewed && (doubt?.kind === 'span' ? id === doubt.id : selected.has(trackId)),
  );
  if (doubt?.kind === 'finding') return void warn('Cover it (A), or say that it is no face (X).');
  if (chosen.length > 0) {
    const ids = chosen.map(({ id }) => id);
    send({ type: 'edit', edit: { type: 'review', spans: ids, isReviewed: true } });
  } else if (doubt === null && selected.size === 0) return goToDoubt(0);
  const gone = new Set(chosen.map(({ id }) => id));
  goToDoubtAfter(({ id, kind }) => kind !== 'span' || !gone.has(id));
}

/**
 * To the doubt that comes next once some are decided. The answer of the review is not here yet, so they are still in
 * the list.
 *
 * @param {(doubt: Doubt) => boolean} isLeft
 */
export function goToDoubtAfter(isLeft) {
  const doubts = doubtsNow();
  const at = doubts.findIndex((doubt) => !isLeft(doubt));
  const rest = doubts.filter(isLeft);
  place = rest.length === 0 ? 0 : Math.max(0, at) % rest.length;
  const next = rest[place] ?? null;
  update({ doubt: next, selected: next?.track == null ? new Set() : new Set([next.track]) });
  if (next === null) say('Nothing is left to review.');
  else {
    seek(next.frame);
    say(`${rest.length} to go: ${next.text}`);
  }
}
