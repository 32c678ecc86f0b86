// Key bindings: one table for the keyboard and the help.

/**
 * @typedef {object} Key
 * @property {string} keys as they are written in the help
 * @property {string} command name in commands.js
 * @property {string} text
 * @property {string} group
 */

/** @type {readonly (readonly [group: string, keys: readonly (readonly [keys: string, command: string, text: string])[]])[]} */
const GROUPS = [
  [
    'Go',
    [
      ['Space', 'playOrPause', 'play, pause'],
      ['J', 'playBackwards', 'play backwards; again: faster'],
      ['K', 'pauseOrKey', 'pause; with a selected face: key frame here'],
      ['L', 'playForwards', 'play; again: faster'],
      ['← →', 'step', 'a frame back, forward (Shift: 10)'],
      ['Home End', 'edge', 'first, last frame'],
      ['↑ ↓', 'neighbour', 'person above, below'],
      ['Tab', 'nextDoubt', 'next doubt, where it is least certain (Shift: previous)'],
      ['Enter', 'reviewed', 'this doubt is reviewed; go to the next'],
      ['E R', 'keyFrame', 'previous, next key frame'],
    ],
  ],
  [
    'Decide',
    [
      ['A', 'cover', 'cover'],
      ['X', 'dismiss', 'not a face (Shift: this person everywhere)'],
      ['Y', 'keep', 'keep this person visible'],
      ['G', 'group', 'the selected are one person (again: apart)'],
      ['M', 'merge', 'merge the selected tracks into one'],
      ['S', 'split', 'split the track here'],
      ['Ctrl+A', 'selectAll', 'select all people in the list'],
      ['Ctrl+Z', 'undo', 'undo'],
      ['Ctrl+Y', 'redo', 'redo'],
    ],
  ],
  [
    'Draw',
    [
      ['N', 'drawBox', 'new box: drag, or arrows (Shift: size) and Enter'],
      ['T', 'follow', 'track the box both ways until it is lost'],
      ['B', 'spray', 'hold, and follow with the mouse: covers as it plays at half speed'],
      ['[ ]', 'trim', 'the track starts, ends here'],
      ['C', 'coverAll', 'cover the whole picture from here; again: to here'],
      ['U', 'mute', 'silence the sound from here; again: to here'],
      ['Z', 'drawZone', 'zone: always cover, never look, only this visible'],
      ['Del', 'remove', 'remove what was drawn: key frame, box, zone, span'],
    ],
  ],
  [
    'See',
    [
      ['V', 'original', 'hold: the original'],
      ['+ − 0', 'zoom', 'zoom the picture in, out, fit'],
      ['1', 'truePixels', 'a pixel of the video is one of the screen'],
      ['Alt+arrows', 'pan', 'move the picture that is zoomed'],
      ['/', 'filter', 'filter the list'],
      ['F6', 'region', 'go to the next part of the page'],
      ['?', 'help', 'this list'],
      ['W', 'render', 'write the output, and search it'],
      ['Q', 'finish', 'end the review; of a folder: back to its files'],
      ['Esc', 'cancel', 'stop, close, select nothing'],
    ],
  ],
];

/** @type {readonly Key[]} */
export const KEYS = GROUPS.flatMap(([group, keys]) =>
  keys.map(([keys, command, text]) => ({ group, keys, command, text })),
);

/** By `KeyboardEvent.key` in lower case. @type {Readonly<Record<string, readonly [command: string, argument?: number]>>} */
const BY_KEY = {
  ' ': ['playOrPause'],
  j: ['playBackwards'],
  k: ['pauseOrKey'],
  l: ['playForwards'],
  arrowleft: ['step', -1],
  arrowright: ['step', 1],
  home: ['edge', -1],
  end: ['edge', 1],
  arrowup: ['neighbour', -1],
  arrowdown: ['neighbour', 1],
  tab: ['nextDoubt'],
  enter: ['reviewed'],
  e: ['keyFrame', -1],
  r: ['keyFrame', 1],
  a: ['cover'],
  x: ['dismiss'],
  y: ['keep'],
  g: ['group'],
  m: ['merge'],
  s: ['split'],
  n: ['drawBox'],
  t: ['follow'],
  b: ['spray'],
  '[': ['trim', -1],
  ']': ['trim', 1],
  c: ['coverAll'],
  u: ['mute'],
  z: ['drawZone'],
  delete: ['remove'],
  backspace: ['remove'],
  v: ['original'],
  w: ['render'],
  q: ['finish'],
  '+': ['zoom', 1],
  '=': ['zoom', 1],
  '-': ['zoom', -1],
  0: ['zoom', 0],
  1: ['truePixels'],
  '/': ['filter'],
  f6: ['region'],
  '?': ['help'],
  escape: ['cancel'],
};

/** @type {Readonly<Record<string, string>>} */
const WITH_CONTROL = { z: 'undo', y: 'redo', a: 'selectAll' };

/** @type {Readonly<Record<string, readonly [command: string, argument: number]>>} */
const WITH_ALT = {
  arrowleft: ['pan', 0],
  arrowright: ['pan', 1],
  arrowup: ['pan', 2],
  arrowdown: ['pan', 3],
};

/**
 * The command of a key, or null.
 *
 * @param {KeyboardEvent} event
 * @returns {readonly [command: string, argument?: number] | null}
 */
export function commandFor(event) {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  // On non-Latin layouts, use the physical key.
  const isLatin = key.length > 1 || /^[\x20-\x7e]$/.test(key);
  const letter = isLatin ? key.toLowerCase() : code.replace(/^Key/, '').toLowerCase();
  if (altKey) return WITH_ALT[letter] ?? null;
  if (ctrlKey || metaKey) {
    if (letter === 'z' && shiftKey) return ['redo'];
    const name = WITH_CONTROL[letter];
    return name === undefined ? null : [name];
  }
  return BY_KEY[letter] ?? null;
}
