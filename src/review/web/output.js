// The head of the page: what is left to do, and the way to the finished file.
import { askRender } from './dialogs.js';
import { button, element } from './element.js';
import { doubtsNow } from './model.js';
import { send } from './connection.js';
import { now, watch } from './store.js';

const JOBS = {
  detecting: 'Looking for faces',
  following: 'Tracking',
  rendering: 'Rendering',
  auditing: 'Searching the result',
};

/** Shows how the review stands, and listens to its buttons. */
export function startOutput() {
  watch(
    ['phase', 'hello', 'spans', 'findings', 'isRendered', 'wasRendered', 'revision', 'problems', 'job'],
    show,
  );
  watch(['job', 'phase', 'problem'], showProgress);
  button('render-button').addEventListener('click', () => askRender(renderFacts()));
  button('finish').addEventListener('click', () => send({ type: 'close' }));
  button('stop-job').addEventListener('click', () => send({ type: 'cancel' }));
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
  button('finish').disabled = phase !== 'ready';
  const left = findings.filter(({ isOpen }) => isOpen).length;
  element('audit').textContent = !wasRendered
    ? ''
    : left > 0
      ? `The audit found ${left}.`
      : isRendered
        ? 'The audit found nothing.'
        : 'Changed since it was rendered.';
}

/** How the review stands, in words, and the tone of it. @returns {readonly [string, string]} */
function standing() {
  const { phase, revision, spans, problems, isRendered } = now();
  if (phase === 'closed') return ['Ended', 'soft'];
  if (phase === 'waiting') return ['Looking for faces', 'warn'];
  if (phase === 'connecting' || revision === 0) return ['Connecting', 'soft'];
  const doubts = doubtsNow().length;
  if (doubts > 0) return [doubts === 1 ? '1 place to look at' : `${doubts} places to look at`, 'warn'];
  if (isRendered) {
    return problems.length === 0
      ? ['Done: rendered, and nothing found', 'live']
      : ['Rendered, with problems', 'alarm'];
  }
  // Where nothing was in doubt nobody has looked at anything.
  return spans.size === 0 ? ['No doubts: look through the people', 'soft'] : ['Everything reviewed', 'live'];
}

function showProgress() {
  const { job, phase, problem } = now();
  const cover = element('cover');
  cover.hidden = phase === 'ready';
  element('cover-title').textContent =
    phase === 'waiting' ? 'Looking for faces' : phase === 'closed' ? 'This review has ended' : 'Connecting';
  element('cover-text').textContent =
    phase === 'closed'
      ? 'Everything that you decided is saved. You can close this page.'
      : phase === 'waiting'
        ? 'The picture comes when every face is known.'
        : 'If it does not come back, look at the terminal in which veil runs.';
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
