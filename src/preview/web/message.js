// Parses pictures in the format of protocol.ts.

/**
 * @typedef {object} Picture
 * @property {'jpeg' | 'h264'} codec
 * @property {boolean} isKey
 * @property {boolean} isCurtain
 * @property {number} sequence
 * @property {number} capturedAt milliseconds since 1970 by the server's clock
 * @property {[number, number, number, number][]} regions centre and half extents as shares of the picture
 * @property {Uint8Array<ArrayBuffer> | null} description
 * @property {Uint8Array<ArrayBuffer>} data
 */

export const PROTOCOL_VERSION = 1;
const HEADER = 20;

/**
 * @param {ArrayBuffer} buffer
 * @returns {Picture}
 */
export function readPicture(buffer) {
  const view = new DataView(buffer);
  const count = view.getUint8(3);
  const start = HEADER + count * 16;
  const configLength = view.getUint32(16, true);
  /** @type {(index: number) => number} */
  const float = (index) => view.getFloat32(HEADER + index * 4, true);
  return {
    codec: view.getUint8(1) === 2 ? 'h264' : 'jpeg',
    isKey: (view.getUint8(2) & 1) !== 0,
    isCurtain: (view.getUint8(2) & 2) !== 0,
    sequence: view.getUint32(4, true),
    capturedAt: view.getFloat64(8, true),
    regions: Array.from({ length: count }, (_, i) => [
      float(i * 4),
      float(i * 4 + 1),
      float(i * 4 + 2),
      float(i * 4 + 3),
    ]),
    description: configLength > 0 ? new Uint8Array(buffer, start, configLength) : null,
    data: new Uint8Array(buffer, start + configLength),
  };
}
