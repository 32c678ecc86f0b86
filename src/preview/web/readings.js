// The numbers beside the picture.
import { element } from './element.js';
import { setText } from './stage.js';

/** Latency beyond the configured delay from which it is highlighted, ms. */
const HIGH_LATENCY = 250;

const NUMBERS = [
  'faces',
  'tracks',
  'latency',
  'fps-here',
  'fps-in',
  'fps-out',
  'dropped',
  'curtained',
  'clients',
];

export class Readings {
  /** @type {number[]} ages of the pictures drawn in this second */
  #ages = [];
  #pictures = 0;
  /** Configured delay, ms. */
  #delay = 0;
  #graph;

  /** @param {import('./graph.js').Graph} graph */
  constructor(graph) {
    this.#graph = graph;
  }

  /** @param {number | null} age */
  drawn(age) {
    this.#pictures += 1;
    if (age !== null) this.#ages.push(age);
  }

  /** Called once a second. */
  second(/** @type {boolean} */ isCovered) {
    const ages = this.#ages.sort((a, b) => a - b);
    const middle = ages[Math.floor(ages.length / 2)];
    setText('latency', middle === undefined ? '–' : `${Math.round(middle)}`);
    element('latency').classList.toggle(
      'is-high',
      middle !== undefined && middle > this.#delay + HIGH_LATENCY,
    );
    setText('fps-here', this.#pictures === 0 ? '–' : `${this.#pictures}`);
    this.#graph.add({ latency: ages.at(-1) ?? null, pictures: this.#pictures, isCovered });
    this.#ages = [];
    this.#pictures = 0;
  }

  /** Values from before the connection was lost may be out of date. */
  forget() {
    for (const id of NUMBERS) setText(id, '–');
    for (const id of ['dropped-here', 'clients-unit']) setText(id, '');
    element('overload').hidden = true;
  }

  /**
   * @param {{ faces: number, tracks: number, fpsIn: number, fpsOut: number, dropped: number, delay: number,
   *   frames: number, curtained: number, overload: string[] }} status
   * @param {{ dropped: number, clients: number }} client
   */
  show(status, client) {
    setText('faces', count(status.faces));
    setText('tracks', count(status.tracks));
    setText('fps-in', status.fpsIn.toFixed(0));
    setText('fps-out', status.fpsOut.toFixed(0));
    setText('dropped', count(status.dropped));
    setText('dropped-here', client.dropped > 0 ? `+ ${count(client.dropped)} here` : '');
    const share = (100 * status.curtained) / Math.max(1, status.frames);
    setText('curtained', share > 0 && share < 10 ? share.toFixed(1) : share.toFixed(0));
    setText('clients', count(client.clients));
    setText('clients-unit', client.clients === 1 ? 'page' : 'pages');
    this.#delay = status.delay;
    element('overload').hidden = status.overload.length === 0;
    // No step uncovers faces, which is worth saying.
    setText(
      'overload',
      `The machine is overloaded, so Veil ${listed(status.overload)}. Covering goes on. To help, close other ` +
        'programs, or start Veil with a smaller picture (--size 640x360) or with more time (--delay 400).',
    );
  }
}

function listed(/** @type {string[]} */ steps) {
  return steps.length < 2 ? steps.join('') : `${steps.slice(0, -1).join(', ')} and ${steps.at(-1)}`;
}

function count(/** @type {number} */ value) {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
