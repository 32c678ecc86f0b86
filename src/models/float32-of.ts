/**
 * Converts weights from a file (little-endian) to float32.
 *
 * @throws RangeError if the bytes end within a value
 */
export function float32Of(bytes: Uint8Array, type: 'float32' | 'float16'): Float32Array {
  const size = type === 'float32' ? 4 : 2;
  if (bytes.length % size !== 0) throw new RangeError(`${bytes.length} bytes hold no whole ${type} values`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / size);
  for (let index = 0; index < values.length; index++) {
    values[index] = size === 4 ? view.getFloat32(4 * index, true) : half(view.getUint16(2 * index, true));
  }
  return values;
}

/** Powers of two by stored exponent, minus the bias and the ten bits of the fraction. */
const SCALES = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25));

/** IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits >= 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction : fraction + 0x400) * SCALES[exponent]!;
}
