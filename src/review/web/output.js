// The head of the page: the state of the review, and the buttons to render and to finish.
import { askEnd, askRender } from './dialogs.js';
import { button, element } from './element.js';
import { doubtsNow } from './model.js';
import { hear, send } from './connection.js';
import { now, watch } from './store.js';

const JOBS = {
  detecting: 'Looking for faces',
  following: 'Tracking',
  rendering: 'Rendering',
  auditing: 'Searching the result',
};

/** Shows the state of the review, and listens to its buttons. */
export function startOutput() {
  watch(
    ['phase', 'hello', 'spans', 'findings', 'isRendered', 'wasRendered', 'revision', 'problems', 'job'],
    show,
  );
  watch(['job', 'phase', 'problem'], showProgress);
  hear('asksForWord', () => askRender({ ...renderFacts(), isNothingCovered: true }));
  button('stop-job').addEventListener('click', () => send({ type: 'cancel' }));
}

/** Asks before the output is rendered, if it can be. */
export function render() {
  if (!button('render-button').disabled) askRender(renderFacts());
}

/** Goes back to the list of files. Without a list it ends the review, after confirmation if work is left. */
export function finish() {
  const { hello, phase, isRendered } = now();
  if (hello?.isListed === true) {
    // Running work goes on without this page.
    location.assign(`../#${location.pathname.split('/').at(-2)}`);
    return;
  }
  if (phase !== 'ready') return;
  const end = () => send({ type: 'close' });
  const left = doubtsNow().length;
  if (left === 0 && isRendered) end();
  else askEnd(left, end);
}

function renderFacts() {
  const { hello, tracks, wholes, zones } = now();
  const isCovered = [...tracks.values()].some(({ state }) => state === 'covered');
  const isNothingCovered = !isCovered && wholes.length === 0 && !zones.some(({ kind }) => kind !== 'ignore');
  const doubts = doubtsNow().filter(({ kind }) => kind === 'span').length;
  return { output: hello?.output ?? '', doubts, isNothingCovered };
}

function show() {
  const { phase, hello, problems, job, findings, wasRendered, isRendered } = now();
  const doubts = doubtsNow();
  document.body.dataset.phase = phase;
  element('file').textContent = hello?.name ?? '';
  element('read-only').hidden = hello?.isReadOnly !== true;
  const [text, tone] = standing();
  element('status').textContent = text;
  element('pill').dataset.tone = tone;
  element('problems').hidden = problems.length === 0;
  element('problems').replaceChildren(
    ...problems.map((problem) => Object.assign(document.createElement('li'), { textContent: problem })),
  );
  const isBusy = job !== null || phase !== 'ready' || hello?.isReadOnly === true;
  button('render-button').disabled = isBusy;
  button('render-button').toggleAttribute('data-ready', doubts.length === 0 && !isRendered);
  const isListed = hello?.isListed === true;
  button('finish').disabled = phase !== 'ready' && !isListed;
  element('finish-text').textContent = isListed ? 'Files' : 'Close';
  document.title = hello === null ? 'Veil review' : `${hello.name} – Veil review`;
  const left = findings.filter(({ isOpen }) => isOpen).length;
  element('audit').textContent = !wasRendered
    ? ''
    : left > 0
      ? `The audit found ${left}.`
      : isRendered
        ? 'The audit found nothing.'
        : 'Changed since it was rendered.';
}

/** Status of the review, in words, and its tone. @returns {readonly [string, string]} */
function standing() {
  const { phase, job, revision, spans, problems, isRendered } = now();
  if (phase === 'closed') return ['Ended', 'soft'];
  if (phase === 'failed') return ['It can’t be reviewed', 'alarm'];
  if (phase === 'waiting') return job === null ? ['Opening', 'soft'] : ['Looking for faces', 'warn'];
  if (phase === 'connecting' || revision === 0) return ['Connecting', 'soft'];
  const doubts = doubtsNow().length;
  if (doubts > 0) return [doubts === 1 ? '1 place to look at' : `${doubts} places to look at`, 'warn'];
  if (isRendered) {
    return problems.length === 0
      ? ['Done: rendered, and nothing found', 'live']
      : ['Rendered, with problems', 'alarm'];
  }
  // Without doubts there was nothing to review one by one.
  return spans.size === 0 ? ['No doubts: look through the people', 'soft'] : ['Everything reviewed', 'live'];
}

function showProgress() {
  const { job, phase, problem, failure } = now();
  element('cover').hidden = phase === 'ready';
  const [title, text] = {
    ready: ['', ''],
    connecting: ['Connecting', 'If it does not come back, look at the terminal in which veil runs.'],
    waiting:
      job === null
        ? ['Opening', 'The picture comes when the tracks are read.']
        : ['Looking for faces', 'The picture comes when every face is known.'],
    closed: ['This review has ended', 'Everything that you decided is saved. You can close this page.'],
    failed: ['This file can’t be reviewed', failure],
  }[phase];
  element('cover-title').textContent = title;
  element('cover-text').textContent = text;
  element('progress').hidden = job === null;
  if (job !== null) {
    const share = job.total === null || job.total === 0 ? null : Math.min(1, job.done / job.total);
    const bar = /** @type {HTMLProgressElement} */ (element('progress-bar'));
    if (share === null) bar.removeAttribute('value');
    else bar.value = share;
    const amount = share === null ? '' : ` ${Math.round(share * 100)} %`;
    element('progress-text').textContent = `${JOBS[job.job]}${amount}`;
  }
  element('video-problem').hidden = problem === null;
  element('video-problem').textContent = problem ?? '';
}
