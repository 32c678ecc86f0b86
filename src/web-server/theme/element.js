/**
 * An element of index.html.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`The page has no #${id}.`);
  return node;
}

/** @param {string} id */
export const button = (id) => /** @type {HTMLButtonElement} */ (element(id));

/** @param {string} id */
export const input = (id) => /** @type {HTMLInputElement} */ (element(id));

/** @param {string} id */
export const canvas = (id) => /** @type {HTMLCanvasElement} */ (element(id));
