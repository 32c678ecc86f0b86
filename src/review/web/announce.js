// What the page says in words: to those who hear it, and for a moment to those who see it.
import { element } from './element.js';

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Says something in passing.
 *
 * @param {string} text
 */
export function say(text) {
  element('announcer').textContent = text;
}

/**
 * Says something that must be seen.
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
