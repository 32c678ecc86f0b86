// From the socket to the canvas: always the newest picture, or none instead of an old one.
import { H264Decoder, JpegDecoder } from './decoders.js';

/** @typedef {import('./decoders.js').Image} Image */
/** @typedef {import('./message.js').Picture} Picture */

const OUTLINE = { dark: 'rgb(0 0 0 / 0.7)', light: '#ffd84d' };

/**
 * @typedef {object} ScreenHandlers
 * @property {(sequence: number) => void} onDecoded
 * @property {(picture: Picture) => void} onDrawn
 * @property {(error: Error) => void} onError
 */

export class Screen {
  outlines = false;
  /** @type {'ellipse' | 'rectangle'} */
  shape = 'ellipse';
  #canvas;
  #context;
  #handlers;
  /** @type {H264Decoder | JpegDecoder | null} */
  #decoder = null;
  /** @type {{ image: Image, picture: Picture } | null} */
  #newest = null;
  #latest = 0;
  #drawn = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ScreenHandlers} handlers
   */
  constructor(canvas, handlers) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
    this.#handlers = handlers;
  }

  /** @param {'h264' | 'jpeg'} codec */
  start(codec) {
    this.blank();
    const Decoder = codec === 'h264' ? H264Decoder : JpegDecoder;
    this.#canvas.dataset.codec = codec;
    this.#decoder = new Decoder(
      (image, picture) => this.#take(image, picture),
      (error) => this.#handlers.onError(error),
    );
  }

  /** @param {Picture} picture */
  push(picture) {
    if (picture.codec !== this.#canvas.dataset.codec) return;
    try {
      this.#decoder?.push(picture);
    } catch (error) {
      // A decoder may throw errors that others report later; in both cases a new one is needed.
      this.#handlers.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Forgets all shown and pending pictures. */
  blank() {
    this.#decoder?.close();
    this.#decoder = null;
    this.#newest?.image.close();
    this.#newest = null;
    this.#latest = 0;
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  get size() {
    return `${this.#canvas.width} × ${this.#canvas.height}`;
  }

  /**
   * @param {Image} image
   * @param {Picture} picture
   */
  #take(image, picture) {
    this.#handlers.onDecoded(picture.sequence);
    // JPEGs are decoded in parallel and may overtake each other.
    if (picture.sequence < this.#latest) {
      image.close();
      return;
    }
    this.#latest = picture.sequence;
    if (this.#newest === null) requestAnimationFrame(() => this.#draw());
    else this.#newest.image.close();
    this.#newest = { image, picture };
  }

  #draw() {
    if (this.#newest === null) return;
    const { image, picture } = this.#newest;
    this.#newest = null;
    const [width, height] =
      'displayWidth' in image ? [image.displayWidth, image.displayHeight] : [image.width, image.height];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#context.drawImage(image, 0, 0, width, height);
    image.close();
    if (this.outlines) this.#outline(picture, width, height);
    this.#drawn += 1;
    this.#canvas.dataset.frames = `${this.#drawn}`;
    this.#handlers.onDrawn(picture);
  }

  /**
   * @param {Picture} picture
   * @param {number} width
   * @param {number} height
   */
  #outline({ regions }, width, height) {
    const path = new Path2D();
    for (const [x, y, radiusX, radiusY] of regions) {
      if (this.shape === 'ellipse') {
        path.moveTo((x + radiusX) * width, y * height);
        path.ellipse(x * width, y * height, radiusX * width, radiusY * height, 0, 0, 2 * Math.PI);
      } else {
        path.rect((x - radiusX) * width, (y - radiusY) * height, 2 * radiusX * width, 2 * radiusY * height);
      }
    }
    // Two strokes, visible on light and on dark.
    const unit = Math.max(1, width / 640);
    this.#context.lineWidth = 3.5 * unit;
    this.#context.strokeStyle = OUTLINE.dark;
    this.#context.stroke(path);
    this.#context.lineWidth = 1.75 * unit;
    this.#context.strokeStyle = OUTLINE.light;
    this.#context.stroke(path);
  }
}
