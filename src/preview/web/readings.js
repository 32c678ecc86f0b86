// The numbers beside the picture.
import { element } from './element.js';
import { setText } from './stage.js';

/** From here on a delay is felt, ms. */
const HIGH_LATENCY = 400;

export class Readings {
  /** @type {number[]} ages of the pictures drawn in this second */
  #ages = [];
  #pictures = 0;
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
    element('latency').classList.toggle('is-high', middle !== undefined && middle > HIGH_LATENCY);
    setText('fps-here', this.#pictures === 0 ? '–' : `${this.#pictures}`);
    this.#graph.add({ latency: ages.at(-1) ?? null, pictures: this.#pictures, isCovered });
    this.#ages = [];
    this.#pictures = 0;
  }

  /** What was true before the connection was lost need not be true now. */
  forget() {
    for (const id of ['faces', 'tracks', 'latency', 'fps-here', 'fps-in', 'fps-out', 'dropped'])
      setText(id, '–');
    setText('dropped-here', '');
  }

  /**
   * @param {{ faces: number, tracks: number, fpsIn: number, fpsOut: number, dropped: number }} status
   * @param {{ dropped: number, clients: number }} client
   */
  show(status, client) {
    setText('faces', count(status.faces));
    setText('tracks', count(status.tracks));
    setText('fps-in', status.fpsIn.toFixed(0));
    setText('fps-out', status.fpsOut.toFixed(0));
    setText('dropped', count(status.dropped));
    setText('dropped-here', client.dropped > 0 ? `+ ${count(client.dropped)} here` : '');
  }
}

function count(/** @type {number} */ value) {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
