// Goes through the doubts, riskiest first.
import { say, warn } from './announce.js';
import { send } from './connection.js';
import { doubtsNow } from './model.js';
import { play, seek } from './player.js';
import { now, update } from './store.js';

/** @typedef {import('./types.d.ts').Doubt} Doubt */

/** Index of the last doubt: after its review, the next one has this index. */
let place = 0;

/** Goes to the doubt before or after this one; 0: to the one that takes its place. */
export function goToDoubt(/** @type {number} */ by) {
  const { doubt } = now();
  const doubts = doubtsNow();
  if (doubts.length === 0) {
    update({ doubt: null });
    say('Nothing is left to review.');
    return;
  }
  const at = doubts.findIndex(({ id, kind }) => id === doubt?.id && kind === doubt.kind);
  // A reviewed doubt has left the list; its index is that of the next one.
  const to = at < 0 ? (by < 0 ? place - 1 : place) : at + by;
  place = ((to % doubts.length) + doubts.length) % doubts.length;
  const next = doubts[place];
  if (now().isPlaying) play(0);
  update({ doubt: next, selected: next.track === null ? new Set() : new Set([next.track]) });
  seek(next.frame);
  say(`Doubt ${place + 1} of ${doubts.length}: ${next.text}`);
}

/** Marks the current doubt, or those of the selected tracks, as reviewed, and goes to the next. */
export function markReviewed() {
  const { doubt, selected, spans } = now();
  const chosen = [...spans.values()].filter(
    ({ id, trackId, isReviewed }) =>
      !isReviewed && (doubt?.kind === 'span' ? id === doubt.id : selected.has(trackId)),
  );
  if (doubt?.kind === 'finding') return void warn('Cover it (A), or say that it is not a face (X).');
  if (chosen.length > 0) {
    const ids = chosen.map(({ id }) => id);
    send({ type: 'edit', edit: { type: 'review', spans: ids, isReviewed: true } });
  } else if (doubt === null && selected.size === 0) return goToDoubt(0);
  const gone = new Set(chosen.map(({ id }) => id));
  goToDoubtAfter(({ id, kind }) => kind !== 'span' || !gone.has(id));
}

/**
 * Goes to the next doubt after some were decided. They are still in the list, because the answer of the review has not
 * arrived yet.
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
