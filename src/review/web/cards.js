// The list of people: one card each, riskiest first. Only visible cards are in the DOM.
import { element, input } from './element.js';
import { clock, doubtsNow, filteredPeople, timeOf } from './model.js';
import { seek } from './player.js';
import { now, update, watch } from './store.js';
import { select } from './targets.js';

/** @typedef {import('./types.d.ts').Person} Person */

/** Height of a card with its gap, pixels; style.css has the same. */
const HEIGHT = 152;
/** Cards beyond the edges, to avoid gaps while scrolling. */
const SPARE = 2;

const NAMES = { open: 'to review', covered: 'covered', dismissed: 'not a face', kept: 'kept visible' };
const FACES = ['first', 'last', 'best', 'least certain'];
/** Retries for the picture of a face. */
const RETRIES = 4;

const list = element('people');
const space = element('people-space');
/** @type {Map<number, HTMLElement>} by key of the person */
const shown = new Map();
/** @type {readonly Person[]} */
let people = [];
/**
 * Pictures of faces in frames that the server has not read yet. It answers once it has, and browsers open few connections
 * at a time: such requests would hold up the picture of the video.
 *
 * @type {Set<HTMLImageElement>}
 */
const unread = new Set();

/** Shows the list, and listens to its events. */
export function startCards() {
  watch(['tracks', 'spans', 'findings', 'filter', 'chip'], refresh);
  watch(['times'], loadFaces);
  watch(['selected', 'doubt'], () => {
    layOut();
    revealSelected();
  });
  list.addEventListener('scroll', layOut, { passive: true });
  new ResizeObserver(layOut).observe(list);
  list.addEventListener('click', onClick);
  input('filter').addEventListener('input', () => update({ filter: input('filter').value }));
  for (const chip of document.querySelectorAll('[name=chip]')) {
    chip.addEventListener('change', () => update({ chip: /** @type {HTMLInputElement} */ (chip).value }));
  }
}

function refresh() {
  people = filteredPeople();
  space.style.height = `${people.length * HEIGHT}px`;
  element('people-count').textContent = `${people.length}`;
  element('people-none').hidden = people.length > 0 || now().phase !== 'ready';
  layOut();
}

function layOut() {
  const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - SPARE);
  const last = Math.min(people.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + SPARE);
  const visible = people.slice(first, last);
  const keys = new Set(visible.map(({ key }) => key));
  for (const [key, card] of shown) {
    if (keys.has(key)) continue;
    card.remove();
    shown.delete(key);
    forgetFaces(card);
  }
  visible.forEach((person, offset) => show(person, first + offset));
  const active = people.find(({ tracks }) => tracks.some(({ id }) => now().selected.has(id)));
  list.setAttribute('aria-activedescendant', active === undefined ? '' : `person-${active.key}`);
}

/** @param {Person} person @param {number} index */
function show(person, index) {
  let card = shown.get(person.key);
  if (card === undefined) {
    card = document.createElement('div');
    card.className = 'person';
    card.id = `person-${person.key}`;
    card.setAttribute('role', 'option');
    card.dataset.key = String(person.key);
    shown.set(person.key, card);
    space.append(card);
  }
  const { selected, doubt } = now();
  const isSelected = person.tracks.some(({ id }) => selected.has(id));
  card.style.transform = `translateY(${index * HEIGHT}px)`;
  card.setAttribute('aria-selected', String(isSelected));
  card.setAttribute('aria-posinset', String(index + 1));
  card.setAttribute('aria-setsize', String(people.length));
  card.dataset.state = person.state;
  card.toggleAttribute(
    'data-current',
    person.tracks.some(({ id }) => id === doubt?.track),
  );
  // Rebuild the card only if its content has changed.
  const text = JSON.stringify([
    person.state,
    person.doubts,
    person.tracks.map((track) => [track.id, track.faces]),
  ]);
  if (card.dataset.text === text) return;
  card.dataset.text = text;
  forgetFaces(card);
  card.replaceChildren(...contentOf(person));
}

/** @param {Person} person */
function contentOf(person) {
  const faces = div('faces');
  for (const { id, frame, name } of facesOf(person)) {
    const picture = document.createElement('img');
    picture.dataset.src = `face/${id}/${frame}`;
    picture.addEventListener('error', retry);
    picture.width = picture.height = 72;
    picture.decoding = 'async';
    picture.alt = `${name}, ${clock(timeOf(frame))}`;
    picture.title = picture.alt;
    picture.dataset.frame = String(frame);
    faces.append(picture);
    unread.add(picture);
  }
  loadFaces();
  const head = div('person-head');
  head.append(span('person-title', person.title), span('state', NAMES[person.state]));
  const ids = person.tracks.length === 1 ? `#${person.tracks[0].id}` : `${person.tracks.length} tracks`;
  const when = `${clock(timeOf(person.first))} – ${clock(timeOf(person.last))}`;
  return [faces, head, span('person-when', `${ids} · ${when}`), span('person-doubt', doubtText(person))];
}

/** @param {HTMLElement} card */
function forgetFaces(card) {
  for (const picture of card.querySelectorAll('img')) unread.delete(picture);
}

function loadFaces() {
  const { length } = now().times;
  for (const picture of unread) {
    if (Number(picture.dataset.frame) >= length) continue;
    unread.delete(picture);
    picture.src = picture.dataset.src ?? '';
  }
}

/** Up to four faces of one track, each frame once; of several tracks the best ones. @param {Person} person */
function facesOf({ tracks }) {
  if (tracks.length > 1) {
    return tracks.slice(0, 4).map(({ id, faces }) => ({ id, frame: faces[2][0], name: `#${id}` }));
  }
  const [{ id, faces }] = tracks;
  const named = faces.map(([frame], index) => ({ id, frame, name: FACES[index] }));
  return named.filter(({ frame }, index) => named.findIndex((other) => other.frame === frame) === index);
}

/** A busy machine may drop a connection. @param {Event} event */
function retry({ target }) {
  const picture = /** @type {HTMLImageElement} */ (target);
  const tries = Number(picture.dataset.tries ?? 0) + 1;
  picture.dataset.tries = String(tries);
  if (tries <= RETRIES)
    setTimeout(() => (picture.src = `${picture.src.split('?')[0]}?${tries}`), 500 * tries);
}

/** @param {Person} person */
function doubtText({ tracks, state, doubts }) {
  const [{ kept }] = tracks;
  if (state === 'kept' && kept !== null) return `${kept.by} decided this on ${kept.at.slice(0, 10)}`;
  const own = tracks.map(({ id }) => id);
  const spans = [...now().spans.values()].filter((each) => own.includes(each.trackId));
  const open = spans.filter((each) => !each.isReviewed).sort((a, b) => b.risk - a.risk);
  if (doubts > 0) return `${open[0].text}${doubts > 1 ? `, and ${doubts - 1} more` : ''}`;
  if (spans.length === 0)
    return tracks.some(({ isByHand }) => isByHand) ? 'drawn by hand' : looksText(tracks);
  return 'reviewed';
}

/** @param {Person['tracks']} tracks */
function looksText(tracks) {
  const looks = tracks.reduce((sum, { detections }) => sum + detections, 0);
  const score = Math.max(...tracks.map((track) => track.score));
  return `seen in ${looks} ${looks === 1 ? 'look' : 'looks'}, score ${score.toFixed(2)}`;
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const card = /** @type {HTMLElement | null} */ (target.closest('.person'));
  const index = people.findIndex(({ key }) => String(key) === card?.dataset.key);
  const person = people[index];
  if (person === undefined) return;
  if (event.shiftKey) selectTo(index);
  else
    select(
      person.tracks.map(({ id }) => id),
      event.ctrlKey || event.metaKey,
    );
  const doubt = doubtsNow().find(({ track }) => person.tracks.some(({ id }) => id === track)) ?? null;
  update({ doubt: event.shiftKey || event.ctrlKey || event.metaKey ? null : doubt });
  if (target.dataset.frame !== undefined) seek(Number(target.dataset.frame));
  else if (!event.shiftKey && !event.ctrlKey) seek(doubt?.frame ?? person.first);
  list.focus({ preventScroll: true });
}

/** Selects from the first selected card to this one. */
function selectTo(/** @type {number} */ index) {
  const { selected } = now();
  const start = people.findIndex(({ tracks }) => tracks.some(({ id }) => selected.has(id)));
  const [from, to] = [Math.min(start < 0 ? index : start, index), Math.max(start, index)];
  select(people.slice(from, to + 1).flatMap(({ tracks }) => tracks.map(({ id }) => id)));
}

function revealSelected() {
  const { selected } = now();
  if (selected.size === 0 || list.matches(':active')) return;
  const index = people.findIndex(({ tracks }) => tracks.some(({ id }) => selected.has(id)));
  if (index < 0) return;
  const [top, bottom] = [index * HEIGHT, (index + 1) * HEIGHT];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

/** @param {string} name */
function div(name) {
  const node = document.createElement('div');
  node.className = name;
  return node;
}

/** @param {string} name @param {string} text */
function span(name, text) {
  const node = document.createElement('span');
  node.className = name;
  node.textContent = text;
  return node;
}
