// The only state of the page. Views subscribe with `watch`; all changes go through `update`.

/** @typedef {import('./types.d.ts').State} State */

/** @type {State} */
const state = {
  phase: 'connecting',
  failure: '',
  hello: null,
  video: { width: 16, height: 9, frames: 0 },
  times: [],
  cuts: [],
  problem: null,
  revision: 0,
  tracks: new Map(),
  spans: new Map(),
  zones: [],
  wholes: [],
  mutes: [],
  canUndo: false,
  canRedo: false,
  findings: [],
  problems: [],
  wasRendered: false,
  isRendered: false,
  job: null,
  sound: null,
  frame: 0,
  isPlaying: false,
  speed: 1,
  showsOriginal: false,
  selected: new Set(),
  doubt: null,
  filter: '',
  chip: 'all',
  mark: null,
  drawing: null,
};

/** @typedef {(changed: ReadonlySet<keyof State>) => void} Listener */

/** @type {Listener[]} */
const listeners = [];
/** @type {Set<keyof State>} */
let changed = new Set();
let isDue = false;

/** The current state; read-only. @returns {Readonly<State>} */
export const now = () => state;

/**
 * Changes the state. Listeners are called together before the next animation frame.
 *
 * @param {Partial<State>} change
 */
export function update(change) {
  for (const [name, value] of Object.entries(change)) {
    const key = /** @type {keyof State} */ (name);
    if (state[key] === value) continue;
    /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (state))[key] = value;
    changed.add(key);
  }
  if (isDue || changed.size === 0) return;
  isDue = true;
  queueMicrotask(tell);
}

/**
 * @param {readonly (keyof State)[]} keys to watch
 * @param {() => void} listener called at once, and whenever one of the keys has changed
 */
export function watch(keys, listener) {
  listeners.push((changed) => {
    if (keys.some((key) => changed.has(key))) listener();
  });
  listener();
}

function tell() {
  isDue = false;
  const told = changed;
  changed = new Set();
  for (const listener of listeners) listener(told);
}
