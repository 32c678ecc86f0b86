// The rows of the list: a link to each review, the state of the file, and a button to search it for faces.
import { isOpen, many, rankOf, standingOf } from './words.js';

/** @typedef {import('../protocol.ts').FileState} FileState */

/** @typedef {{ readonly row: HTMLLIElement, readonly link: HTMLAnchorElement, readonly update: (file: FileState) => void }} Row */

/**
 * Sorts files in display order.
 *
 * @param {Iterable<FileState>} files
 */
export function inOrder(files) {
  return [...files].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      b.doubts + b.findings - (a.doubts + a.findings) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

/**
 * Makes the row of a file.
 *
 * @param {FileState} file
 * @param {(id: number) => void} search looks for its faces
 * @returns {Row}
 */
export function makeRow({ id, name }, search) {
  const row = document.createElement('li');
  const link = document.createElement('a');
  link.href = `${id}/`;
  link.dataset.id = String(id);
  const cut = name.lastIndexOf('/') + 1;
  const title = node('span', 'name');
  title.append(node('span', 'folder', name.slice(0, cut)), node('b', '', name.slice(cut)));
  const [faces, standing] = [node('span', 'faces'), node('span', 'standing')];
  const bar = document.createElement('progress');
  bar.setAttribute('aria-hidden', 'true');
  const go = node('span', 'go', 'Review →');
  link.append(title, faces, standing, go, bar);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Find faces';
  button.setAttribute('aria-label', `Find the faces in ${name}`);
  button.addEventListener('click', () => search(id));
  row.append(link, button);
  /** @param {FileState} file */
  const update = (file) => {
    const [text, tone] = standingOf(file);
    row.dataset.tone = tone;
    row.dataset.state = isOpen(file) ? 'open' : 'done';
    standing.textContent = text;
    faces.textContent = file.state === 'known' ? many(file.faces, 'face') : '';
    go.style.visibility = file.state === 'unsearched' ? 'hidden' : 'visible';
    button.hidden = file.state !== 'unsearched' || file.working !== null;
    const { working } = file;
    bar.hidden = working === null;
    if (working?.total == null) bar.removeAttribute('value');
    else bar.value = Math.min(1, working.done / Math.max(1, working.total));
  };
  return { row, link, update };
}

/** @param {string} kind @param {string} name @param {string} [text] */
function node(kind, name, text = '') {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}
