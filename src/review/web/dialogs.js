// What asks back: keeping somebody visible, kinds of zones, rendering; and the list of keys.
import { send } from './connection.js';
import { button, element, input } from './element.js';
import { KEYS } from './keys.js';
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */

/** What is typed where nothing would be covered. */
const WORD = 'uncovered';

/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (element(id));

/** @type {((value: string) => void) | null} */
let onSubmit = null;

/** Listens to the dialogs. */
export function startDialogs() {
  for (const node of document.querySelectorAll('dialog')) {
    node.addEventListener('close', () => {
      if (node.returnValue === 'ok') onSubmit?.(valueOf(node));
      onSubmit = null;
      element('frame').focus();
    });
    for (const cancel of node.querySelectorAll('[data-cancel]')) {
      cancel.addEventListener('click', () => node.close('cancel'));
    }
    node.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      node.close('ok');
    });
  }
  input('render-word').addEventListener('input', () => {
    button('render-go').disabled = input('render-word').value.trim().toLowerCase() !== WORD;
  });
}

/** @returns {boolean} whether one was open */
export function closeDialog() {
  const open = /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog[open]'));
  open?.close('cancel');
  return open !== null;
}

/** Shows what the keys do. */
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
        for (const part of keys.split(' '))
          name.appendChild(document.createElement('kbd')).textContent = part;
        row.appendChild(document.createElement('dd')).textContent = text;
      }
    }
  }
  open('help', null);
}

/**
 * Asks who decides that somebody stays visible.
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

/**
 * Asks what a zone is for, and how long.
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
 * Asks before the output is written.
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

/** @param {string} id @param {((value: string) => void) | null} then */
function open(id, then) {
  closeDialog();
  onSubmit = then;
  dialog(id).returnValue = '';
  dialog(id).showModal();
}

/** What was chosen: the checked choice, or the text. @param {HTMLDialogElement} node */
function valueOf(node) {
  const field = node.querySelector('input[type=radio]:checked, input[type=text]');
  return field === null ? '' : /** @type {HTMLInputElement} */ (field).value.trim();
}
