// Decodes pictures: H.264 through WebCodecs where available, JPEG everywhere.

/** @typedef {import('./message.js').Picture} Picture */
/** @typedef {VideoFrame | ImageBitmap} Image */
/** @typedef {(image: Image, picture: Picture) => void} OnImage */

/**
 * The best codec that the server offers and this browser decodes. Browsers provide WebCodecs only on trusted pages: on
 * this machine, but not at a network address.
 *
 * @param {readonly string[]} offered
 * @returns {Promise<'h264' | 'jpeg'>}
 */
export async function chooseCodec(offered) {
  if (!offered.includes('h264') || !('VideoDecoder' in window)) return 'jpeg';
  const { supported } = await VideoDecoder.isConfigSupported({
    codec: 'avc1.42C01F',
    optimizeForLatency: true,
  });
  return supported === true ? 'h264' : 'jpeg';
}

export class H264Decoder {
  /** @type {VideoDecoder} */
  #decoder;
  /** @type {Map<number, Picture>} */
  #waiting = new Map();
  #isConfigured = false;

  /**
   * @param {OnImage} onImage
   * @param {(error: Error) => void} onError
   */
  constructor(onImage, onError) {
    this.#decoder = new VideoDecoder({
      output: (frame) => {
        const picture = this.#waiting.get(frame.timestamp);
        // Older pictures that were not output yet never will be.
        for (const sequence of this.#waiting.keys())
          if (sequence <= frame.timestamp) this.#waiting.delete(sequence);
        if (picture === undefined) frame.close();
        else onImage(frame, picture);
      },
      error: onError,
    });
  }

  /** @param {Picture} picture */
  push(picture) {
    if (picture.isKey && picture.description !== null) {
      this.#decoder.configure({
        codec: `avc1.${hex(picture.description.subarray(1, 4))}`,
        description: picture.description,
        optimizeForLatency: true,
      });
      this.#isConfigured = true;
    }
    if (!this.#isConfigured) return;
    this.#waiting.set(picture.sequence, picture);
    this.#decoder.decode(
      new EncodedVideoChunk({
        type: picture.isKey ? 'key' : 'delta',
        timestamp: picture.sequence,
        data: picture.data,
      }),
    );
  }

  close() {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
    this.#waiting.clear();
  }
}

export class JpegDecoder {
  #isClosed = false;
  /** @type {OnImage} */
  #onImage;
  /** @type {(error: Error) => void} */
  #onError;

  /**
   * @param {OnImage} onImage
   * @param {(error: Error) => void} onError
   */
  constructor(onImage, onError) {
    this.#onImage = onImage;
    this.#onError = onError;
  }

  /** @param {Picture} picture */
  push(picture) {
    createImageBitmap(new Blob([picture.data], { type: 'image/jpeg' })).then((image) => {
      if (this.#isClosed) image.close();
      else this.#onImage(image, picture);
    }, this.#onError);
  }

  close() {
    this.#isClosed = true;
  }
}

function hex(/** @type {Uint8Array} */ bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
