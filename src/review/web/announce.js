// Messages of the page: to screen readers, and as a toast for sighted users.
import { element } from './element.js';

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Announces something to screen readers.
 *
 * @param {string} text
 */
export function say(text) {
  element('announcer').textContent = text;
}

/**
 * Shows a warning.
 *
 * @param {string} text
 */
export function warn(text) {
  const toast = element('toast');
  toast.textContent = text;
  toast.classList.add('is-shown');
  clearTimeout(timer);
  timer = setTimeout(() => toast.classList.remove('is-shown'), 6000);
}
