// The target of the next command.
import { filteredPeople } from './model.js';
import { now, update } from './store.js';

/** @typedef {import('./types.d.ts').TrackSummary} TrackSummary */

/** Ids of the selected tracks; without a selection, of the current doubt's track. */
export function targetIds() {
  const { selected, doubt, tracks } = now();
  if (selected.size > 0) return [...selected];
  return doubt?.track != null && tracks.has(doubt.track) ? [doubt.track] : [];
}

/** The target, if it is a single track; null if there are several, or none. @returns {TrackSummary | null} */
export function targetTrack() {
  const ids = targetIds();
  const here = ids.filter((id) => covers(id, now().frame));
  const [id] = here.length === 1 ? here : ids;
  return ids.length === 1 || here.length === 1 ? (now().tracks.get(id) ?? null) : null;
}

/**
 * Selects tracks; with `isMore` it toggles them within the selection.
 *
 * @param {readonly number[]} ids
 * @param {boolean} [isMore]
 */
export function select(ids, isMore = false) {
  const before = isMore ? now().selected : new Set();
  const isIn = isMore && ids.every((id) => before.has(id));
  const after = new Set(before);
  for (const id of ids) {
    if (isIn) after.delete(id);
    else after.add(id);
  }
  update({ selected: /** @type {Set<number>} */ (after) });
}

/** Index of the first selected person in the filtered list; -1 without one. */
export function selectedIndex() {
  const { selected } = now();
  return filteredPeople().findIndex(({ tracks }) => tracks.some(({ id }) => selected.has(id)));
}

/** @param {number} id @param {number} frame */
function covers(id, frame) {
  return (
    now()
      .tracks.get(id)
      ?.runs.some(([from, to]) => frame >= from && frame <= to) ?? false
  );
}
