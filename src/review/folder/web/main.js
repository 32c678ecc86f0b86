// The page that lists the files of a folder with what is left to do in each.
import { say, warn } from './announce.js';
import { button, element, input } from './element.js';
import { inOrder, makeRow } from './rows.js';
import * as socket from './socket.js';
import { folderStanding, isOpen, many, standingOf } from './words.js';

/** @typedef {import('../protocol.ts').FileState} FileState */
/** @typedef {import('../protocol.ts').ListMessage} ListMessage */
/** @typedef {import('../protocol.ts').ListRequest} ListRequest */

const VERSION = 1;

/** @type {Map<number, FileState>} */
const files = new Map();
/** @type {Map<number, import('./rows.js').Row>} */
const rows = new Map();
/** Once all files are counted, rows keep their places: they must not move while the user clicks. */
let isPlaced = false;
let chip = 'all';

socket.connect({ onMessage: take, onLost });
button('search-all').addEventListener('click', searchAll);
button('stop').addEventListener('click', () => send({ type: 'stop' }));
button('finish').addEventListener('click', () => send({ type: 'close' }));
button('show-help').addEventListener('click', showHelp);
input('filter').addEventListener('input', filter);
for (const node of document.querySelectorAll('[name=chip]')) {
  node.addEventListener('change', () => {
    chip = /** @type {HTMLInputElement} */ (node).value;
    filter();
  });
}
addEventListener('keydown', onKey);

/** @param {boolean} hasEnded */
function onLost(hasEnded) {
  tell(hasEnded ? 'Ended: everything that you decided is saved' : 'Connecting', 'soft');
  document.body.toggleAttribute('data-ended', hasEnded);
  for (const id of ['search-all', 'stop', 'finish']) button(id).disabled = true;
}

/** @param {ListRequest} request */
function send(request) {
  socket.send(request);
}

/** @param {ListMessage} message */
function take(message) {
  if (message.type === 'folder') {
    if (message.version !== VERSION) location.reload();
    element('folder').textContent = message.name;
    document.title = `${message.name} – Veil review`;
    for (const id of ['search-all', 'stop', 'finish']) button(id).disabled = false;
    element('problems').hidden = message.problems.length === 0;
    element('problems').replaceChildren(
      ...message.problems.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    );
  } else message.files.forEach(announce);
  for (const file of message.files) {
    files.set(file.id, file);
    if (!rows.has(file.id)) rows.set(file.id, makeRow(file, search));
    rows.get(file.id)?.update(file);
  }
  show();
}

function show() {
  const all = [...files.values()];
  tell(...folderStanding(all));
  const unsearched = all.filter(({ state }) => state === 'unsearched').length;
  const isSearching = all.some(({ state, working }) => state === 'queued' || working?.job === 'detecting');
  button('search-all').hidden = unsearched === 0;
  button('search-all').textContent = `Find faces in ${many(unsearched, 'file')}`;
  button('stop').hidden = !isSearching;
  if (!isPlaced) place(all);
  filter();
}

/** @param {readonly FileState[]} all */
function place(all) {
  element('files').replaceChildren(...inOrder(all).flatMap(({ id }) => rows.get(id)?.row ?? []));
  isPlaced = all.every(({ state }) => state !== 'unread');
  if (isPlaced) focusFirst();
}

/** Focuses the file that was just reviewed if it still needs work; else the next one that does. */
function focusFirst() {
  const order = inOrder(files.values());
  const last = files.get(Number(location.hash.slice(1)));
  const next = last !== undefined && isOpen(last) ? last : (order.find(isOpen) ?? last ?? order[0]);
  if (next !== undefined) rows.get(next.id)?.link.focus();
}

function filter() {
  const words = input('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const [id, { row }] of rows) {
    const file = /** @type {FileState} */ (files.get(id));
    const name = file.name.toLowerCase();
    const fits = chip === 'all' || (chip === 'open') === isOpen(file);
    row.hidden = !fits || !words.every((word) => name.includes(word));
    if (!row.hidden) count += 1;
  }
  element('files-count').textContent = String(count);
  element('files-none').hidden = count > 0 || !isPlaced;
}

/** Announces the result of a search. @param {FileState} file */
function announce(file) {
  const before = files.get(file.id);
  if (before?.working == null || file.working !== null) return;
  const [text, tone] = standingOf(file);
  (tone === 'alarm' ? warn : say)(`${file.name}: ${text}`);
}

/** @param {number} id */
function search(id) {
  if (files.get(id)?.state !== 'unsearched') return warn('This file has been searched already.');
  send({ type: 'search', files: [id] });
  // The button disappears.
  rows.get(id)?.link.focus();
}

function searchAll() {
  const unsearched = inOrder(files.values()).filter(({ state }) => state === 'unsearched');
  if (unsearched.length > 0) send({ type: 'search', files: unsearched.map(({ id }) => id) });
  else warn('Every file has been searched already.');
}

/** @param {string} text @param {string} tone */
function tell(text, tone) {
  if (element('status').textContent !== text) element('status').textContent = text;
  element('pill').dataset.tone = tone;
}

function showHelp() {
  /** @type {HTMLDialogElement} */ (element('help')).showModal();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const target = /** @type {HTMLElement} */ (event.target);
  if (ctrlKey || metaKey || altKey || target.closest('dialog[open]') !== null) return;
  const isTyping = target.matches('input[type=search]');
  // Arrow keys choose among radio buttons.
  if (target.matches('[type=radio]') && /^Arrow|^ $/.test(key)) return;
  const links = /** @type {HTMLAnchorElement[]} */ ([
    ...element('files').querySelectorAll('li:not([hidden]) a'),
  ]);
  const at = links.findIndex((link) => link.parentElement?.contains(document.activeElement) === true);
  const goTo = (/** @type {number} */ index) =>
    links[Math.max(0, Math.min(links.length - 1, index))]?.focus();
  /** @type {Record<string, () => void>} */
  const keys = isTyping
    ? { ArrowDown: () => goTo(0), Escape: () => goTo(0), Enter: () => goTo(0) }
    : {
        ArrowDown: () => goTo(at + 1),
        ArrowUp: () => goTo(at - 1),
        Home: () => goTo(0),
        End: () => goTo(links.length - 1),
        Escape: () => send({ type: 'stop' }),
        '/': () => input('filter').select(),
        '?': showHelp,
        d: () => (at < 0 ? undefined : search(Number(links[at].dataset.id))),
        D: searchAll,
      };
  const action = keys[key] ?? (shiftKey ? undefined : keys[key.toLowerCase()]);
  if (action === undefined) return;
  event.preventDefault();
  action();
}
