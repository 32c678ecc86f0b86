// Dialogs: keeping a person visible, kinds of zones, rendering; and the list of keys.
import { send } from './connection.js';
import { button, element, input } from './element.js';
import { KEYS } from './keys.js';
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */

/** The user types it to confirm an output without covers. */
const WORD = 'uncovered';

/** Names of keys in the help that differ from `KeyboardEvent.key`. @type {Readonly<Record<string, string>>} */
const NAMES = {
  ...{ Space: ' ', '←': 'ArrowLeft', '→': 'ArrowRight', '↑': 'ArrowUp', '↓': 'ArrowDown', '−': '-' },
  ...{ Tab: 'Tab', Enter: 'Enter', Home: 'Home', End: 'End', Del: 'Delete', Esc: 'Escape', F6: 'F6' },
};

/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (element(id));

/** What confirming the open dialog does. @type {((value: string) => void) | null} */
let onConfirm = null;

/** Listens to the events of dialogs. */
export function startDialogs() {
  for (const node of document.querySelectorAll('dialog')) {
    // Each acts before it closes: the close event comes a task later, when another dialog may already be open.
    node.addEventListener('cancel', () => finish(node, false));
    for (const cancel of node.querySelectorAll('[data-cancel]')) {
      cancel.addEventListener('click', () => finish(node, false));
    }
    node.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      finish(node, true);
    });
    // Browsers close a dialog without a cancel event if nobody has touched the page since the last one.
    node.addEventListener('close', () => {
      if (openDialog() === null) element('frame').focus();
    });
  }
  input('render-word').addEventListener('input', () => {
    button('render-go').disabled = input('render-word').value.trim().toLowerCase() !== WORD;
  });
}

/** @returns {boolean} whether one was open */
export function closeDialog() {
  const node = openDialog();
  if (node !== null) finish(node, false);
  return node !== null;
}

/** Shows the list of keys. */
export function showHelp() {
  const list = element('help-keys');
  if (list.childElementCount === 0) {
    for (const group of new Set(KEYS.map((key) => key.group))) {
      const section = list.appendChild(document.createElement('section'));
      section.appendChild(document.createElement('h3')).textContent = group;
      const rows = section.appendChild(document.createElement('dl'));
      for (const { keys, text } of KEYS.filter((key) => key.group === group)) {
        const row = rows.appendChild(document.createElement('div'));
        const name = row.appendChild(document.createElement('dt'));
        for (const part of keys.split(' ')) name.appendChild(keyButton(part));
        row.appendChild(document.createElement('dd')).textContent = text;
      }
    }
  }
  open('help', null);
}

/**
 * Asks for the name of the person who decides to keep tracks visible.
 *
 * @param {readonly number[]} tracks
 * @param {(by: string) => void} then
 */
export function askKeep(tracks, then) {
  element('keep-who').textContent = tracks.map((id) => `#${id}`).join(', ');
  if (input('keep-by').value === '') input('keep-by').value = now().hello?.by ?? '';
  open('keep', then);
  input('keep-by').select();
}

/** A key of the help as a button, for tablets without a keyboard. @param {string} text */
function keyButton(text) {
  const kbd = document.createElement('kbd');
  kbd.textContent = text;
  const key = text.replace('Ctrl+', '');
  // These are held down, or stand for several keys.
  if (text === 'B' || text === 'Alt+arrows') return kbd;
  const node = document.createElement('button');
  node.type = 'button';
  node.append(kbd);
  node.addEventListener('click', () => {
    closeDialog();
    const press = { key: NAMES[key] ?? key.toLowerCase(), ctrlKey: key !== text, bubbles: true };
    element('frame').dispatchEvent(new KeyboardEvent('keydown', press));
  });
  return node;
}

/**
 * Asks for the kind and the time range of a zone.
 *
 * @param {Box} box
 */
export function askZone(box) {
  const { video, frame } = now();
  input('zone-first').value = '1';
  input('zone-last').value = String(video.frames);
  for (const id of ['zone-first', 'zone-last']) input(id).max = String(video.frames);
  element('zone-here').textContent = `This is frame ${frame + 1}.`;
  open('zone', (kind) => {
    const firstFrame = input('zone-first').valueAsNumber - 1;
    const lastFrame = input('zone-last').valueAsNumber - 1;
    const known = /** @type {'cover' | 'ignore' | 'only'} */ (kind);
    send({ type: 'edit', edit: { type: 'addZone', kind: known, firstFrame, lastFrame, ...box } });
  });
}

/**
 * Asks before the output is rendered.
 *
 * @param {{ output: string, doubts: number, isNothingCovered: boolean }} facts
 */
export function askRender({ output, doubts, isNothingCovered }) {
  element('render-what').textContent =
    `Writes ${output}; a file of that name is replaced. Then the result is searched for faces that still show.`;
  element('render-doubts').hidden = doubts === 0;
  element('render-doubts').textContent =
    doubts === 1 ? 'One doubt has not been reviewed.' : `${doubts} doubts have not been reviewed.`;
  element('render-nothing').hidden = !isNothingCovered;
  input('render-word').value = '';
  button('render-go').disabled = isNothingCovered;
  open('render', () => send({ type: 'render', word: isNothingCovered ? WORD : null }));
}

/**
 * Asks before the review ends.
 *
 * @param {number} left places without a review
 * @param {() => void} then
 */
export function askEnd(left, then) {
  const places = left === 1 ? 'One place is' : `${left} places are`;
  element('end-what').textContent =
    `${left > 0 ? `${places} left to look at.` : 'What was decided is not rendered yet.'} ` +
    'Everything that you decided is saved; veil review opens it again.';
  open('end', then);
}

/** @param {string} id @param {((value: string) => void) | null} then */
function open(id, then) {
  closeDialog();
  onConfirm = then;
  dialog(id).showModal();
}

/** Closes a dialog, and does what it asked about. @param {HTMLDialogElement} node @param {boolean} isConfirmed */
function finish(node, isConfirmed) {
  const then = isConfirmed ? onConfirm : null;
  onConfirm = null;
  node.close();
  element('frame').focus();
  then?.(valueOf(node));
}

/** @returns {HTMLDialogElement | null} */
function openDialog() {
  return document.querySelector('dialog[open]');
}

/** The user's choice: the checked radio button, or the text. @param {HTMLDialogElement} node */
function valueOf(node) {
  const field = node.querySelector('input[type=radio]:checked, input[type=text]');
  return field === null ? '' : /** @type {HTMLInputElement} */ (field).value.trim();
}
