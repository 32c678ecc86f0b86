// Polls the queue once a second and shows it. Read-only.
import { element } from './element.js';

/** @typedef {import('../queue-status.ts').QueueStatus} QueueStatus */
/** @typedef {import('../queue-status.ts').QueuedFile} QueuedFile */
/** @typedef {import('../queue-status.ts').QueuedPart} QueuedPart */

const EVERY = 1000;

/** @type {Record<QueuedFile['status'], string>} */
const STATES = {
  waiting: 'waiting',
  delayed: 'waiting for another try',
  active: 'in progress',
  parts: 'in progress, in parts',
  done: 'done',
  failed: 'failed',
};

/** @type {Record<string, string>} */
const STAGES = {
  fetching: 'fetching',
  finding: 'finding faces',
  covering: 'covering',
  checking: 'audit',
  publishing: 'publishing',
  waiting: 'waiting',
};

/**
 * A new element.
 *
 * @param {string} tag
 * @param {string} text
 * @param {Record<string, string>} [attributes]
 */
function make(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** @param {QueuedFile['progress']} progress */
function share(progress) {
  const { done, total } = progress ?? {};
  return done === undefined || !total ? null : Math.min(1, done / total);
}

/** @param {QueuedFile} file */
function stateOf(file) {
  if (file.status === 'done' && file.result?.outcome === 'review') return 'waiting for a review';
  if (file.status === 'done' && file.result?.needsReview) return 'done, deserves a look';
  const stage = file.status === 'active' ? STAGES[file.progress?.stage ?? ''] : undefined;
  return stage ?? STATES[file.status];
}

/** @param {QueuedFile} file */
function doneOf(file) {
  if (file.status === 'done') return 1;
  if (file.status === 'failed' || file.status === 'waiting') return null;
  if (file.partsTotal > 0 && file.status === 'parts') {
    const done = file.parts.reduce(
      (sum, part) => sum + (part.status === 'done' ? 1 : (share(part.progress) ?? 0)),
      0,
    );
    return done / file.partsTotal;
  }
  return share(file.progress);
}

/** @param {QueuedFile} file */
function progressCell(file) {
  const cell = document.createElement('td');
  const done = doneOf(file);
  if (done !== null) {
    const label = `${Math.floor(100 * done)} %`;
    cell.append(make('progress', label, { max: '1', value: String(done), 'aria-label': label }));
  }
  if (file.parts.length > 0) {
    const parts = make('div', '', { class: 'parts' });
    for (const { part, step, status, worker } of file.parts) {
      const title = `Part ${part + 1}: ${step}, ${STATES[status]}${worker === null ? '' : `, ${worker}`}`;
      parts.append(
        make('span', '', { class: 'part', 'data-status': status, title, 'aria-label': title, role: 'img' }),
      );
    }
    cell.append(parts);
  }
  return cell;
}

/** @param {QueuedFile} file */
function row(file) {
  const line = document.createElement('tr');
  const name = make('td', file.name, { class: 'name', title: file.input });
  name.append(make('small', file.id));
  const state = make('td', stateOf(file), file.status === 'failed' ? { 'data-tone': 'alarm' } : {});
  line.append(name, state, progressCell(file), make('td', file.worker ?? ''));
  return line;
}

/** @param {QueueStatus} status */
function show({ files, workers, unreadable }) {
  const count = (/** @type {QueuedFile['status']} */ wanted) =>
    files.filter(({ status }) => status === wanted).length;
  const failed = files.filter(
    ({ status, reason }) => status === 'failed' || (status === 'delayed' && reason !== null),
  );
  element('summary').textContent =
    `${count('waiting') + count('delayed')} waiting, ${count('active') + count('parts')} in progress, ` +
    `${count('done')} done, ${count('failed')} failed` +
    (unreadable.length > 0 ? `, ${unreadable.length} can't be read` : '');
  element('workers').replaceChildren(...workers.map(({ name }) => make('li', name)));
  element('no-workers').hidden = workers.length > 0;
  element('failures').replaceChildren(
    ...failed.map(({ name, reason, status }) =>
      make('li', `${name}: ${reason ?? 'no reason'}`, status === 'failed' ? { 'data-tone': 'alarm' } : {}),
    ),
  );
  element('failures-section').hidden = failed.length === 0;
  element('files').replaceChildren(...files.map(row));
  element('no-files').hidden = files.length > 0;
}

async function refresh() {
  try {
    const answer = await fetch('status.json', { cache: 'no-store' });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    show(await answer.json());
  } catch (error) {
    element('summary').textContent =
      `The queue does not answer (${error instanceof Error ? error.message : error}).`;
  }
  setTimeout(() => void refresh(), EVERY);
}

void refresh();
