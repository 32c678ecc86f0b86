// The view of the page, in one word: anything that is not certainly live is covered.
import { element } from './element.js';

/** @typedef {'connecting' | 'disconnected' | 'ended' | 'panic' | 'starting' | 'curtain' | 'no-source' | 'waiting' | 'live'} View */

/** @type {Record<View, { pill: string, title: string, reason: string }>} */
const WORDS = {
  connecting: {
    pill: 'Connecting',
    title: 'Connecting',
    reason: 'Nothing is shown before the first covered picture.',
  },
  disconnected: { pill: 'Disconnected', title: 'No connection to Veil', reason: '' },
  ended: {
    pill: 'Ended',
    title: 'The run has ended',
    reason: 'If it starts again at this address, this page goes on.',
  },
  panic: {
    pill: 'Covered by hand',
    title: 'Everything is covered',
    reason: 'In the recording, the stream and here, until you release it.',
  },
  starting: {
    pill: 'Starting',
    title: 'Starting',
    reason: 'Nothing is shown before the detector has proved itself.',
  },
  curtain: { pill: 'Covered', title: 'The whole picture is covered', reason: 'Faces are not known in time.' },
  'no-source': {
    pill: 'No source',
    title: 'The source is lost',
    reason: 'Veil keeps trying to open it again.',
  },
  waiting: {
    pill: 'No picture',
    title: 'No picture comes',
    reason: 'An old one is not shown as if it were live.',
  },
  live: { pill: 'Live', title: '', reason: '' },
};

/** @type {View} */
let shown = 'connecting';

/**
 * @param {View} view
 * @param {string | null} reason additional reason, if there is one
 */
export function showView(view, reason = null) {
  const words = WORDS[view];
  const text = reason ?? words.reason;
  setText('cover-reason', text);
  if (view === shown) return;
  shown = view;
  document.body.dataset.view = view;
  setText('pill-text', words.pill);
  setText('cover-title', words.title);
  document.title = view === 'live' ? 'Live – Veil preview' : `${words.pill} – Veil preview`;
  // Once per change: constantly changing numbers are not read out.
  setText('announcer', view === 'live' ? 'Live: faces are covered.' : `${words.title}. ${text}`);
}

/**
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  const node = element(id);
  if (node.textContent !== text) node.textContent = text;
}
