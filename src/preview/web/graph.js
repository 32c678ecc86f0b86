// The last minute, one column per second: latency as a line, pictures per second as an area, covered seconds marked.

const SECONDS = 60;
const MARK_HEIGHT = 5;
const TOP = 14;

/**
 * @typedef {object} Second
 * @property {number | null} latency the highest of its pictures, ms
 * @property {number} pictures
 * @property {boolean} isCovered
 */

export class Graph {
  /** @type {Second[]} */
  #seconds = [];
  #canvas;
  #context;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  /** @param {Second} second */
  add(second) {
    this.#seconds.push(second);
    if (this.#seconds.length > SECONDS) this.#seconds.shift();
    this.draw();
    if (this.#seconds.length % 10 === 1) this.#describe();
  }

  draw() {
    const { width, height } = this.#size();
    const context = this.#context;
    const style = getComputedStyle(this.#canvas);
    const [accent, rate, alarm, line, soft] = ['--accent', '--rate', '--alarm', '--line', '--soft'].map(
      (name) => style.getPropertyValue(name),
    );
    context.clearRect(0, 0, width, height);
    const bottom = height - MARK_HEIGHT - 4;
    /** @type {(index: number) => number} */
    const x = (index) => ((SECONDS - this.#seconds.length + index) / (SECONDS - 1)) * width;
    const most = niceCeiling(Math.max(100, ...this.#seconds.map(({ latency }) => latency ?? 0)));
    const fastest = Math.max(30, ...this.#seconds.map(({ pictures }) => pictures));
    /** @type {(share: number) => number} */
    const y = (share) => bottom - share * (bottom - TOP);

    context.lineWidth = 1;
    context.strokeStyle = line ?? '';
    context.fillStyle = soft ?? '';
    context.font = '11px system-ui, sans-serif';
    for (const share of [0, 0.5, 1]) {
      context.beginPath();
      context.moveTo(0, Math.round(y(share)) + 0.5);
      context.lineTo(width, Math.round(y(share)) + 0.5);
      context.stroke();
    }

    context.beginPath();
    context.moveTo(x(0), bottom);
    this.#seconds.forEach(({ pictures }, i) => context.lineTo(x(i), y(pictures / fastest)));
    context.lineTo(width, bottom);
    context.globalAlpha = 0.45;
    context.fillStyle = rate ?? '';
    context.fill();
    context.globalAlpha = 1;

    context.beginPath();
    let isDown = false;
    this.#seconds.forEach(({ latency }, i) => {
      if (latency !== null) context[isDown ? 'lineTo' : 'moveTo'](x(i), y(latency / most));
      isDown = latency !== null;
    });
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.strokeStyle = accent ?? '';
    context.stroke();

    context.fillStyle = alarm ?? '';
    const column = width / (SECONDS - 1);
    this.#seconds.forEach(({ isCovered }, i) => {
      if (isCovered) context.fillRect(x(i) - column, height - MARK_HEIGHT, column + 0.5, MARK_HEIGHT);
    });

    context.fillStyle = soft ?? '';
    context.fillText(`${most} ms`, 0, TOP - 4);
    const label = `${Math.round(fastest)} fps`;
    context.fillText(label, width - context.measureText(label).width, TOP - 4);
  }

  #size() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    return { width, height };
  }

  #describe() {
    const latencies = this.#seconds.flatMap(({ latency }) => latency ?? []);
    const covered = this.#seconds.filter(({ isCovered }) => isCovered).length;
    const mean = (/** @type {number[]} */ list) =>
      list.length === 0 ? 0 : Math.round(list.reduce((a, b) => a + b, 0) / list.length);
    const text =
      `Last ${this.#seconds.length} seconds: latency about ${mean(latencies)} ms, ` +
      `${mean(this.#seconds.map(({ pictures }) => pictures))} pictures a second, covered for ${covered} seconds`;
    this.#canvas.setAttribute('aria-label', text);
  }
}

function niceCeiling(/** @type {number} */ value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((step) => step >= value) ?? value;
}
