/** An element of EBML: its ID, and the offsets of its content and behind it, which is infinite if its size is unknown. */
export interface EbmlElement {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Bytes that the ID and the size of an element take at most. */
export const EBML_HEAD = 12;

/** RFC 8794, 4 to 6: the element whose head begins at this offset of the bytes; null if there is none. */
export function elementAt(bytes: Buffer, at = 0): EbmlElement | null {
  const idLength = vintLength(bytes[at] ?? 0);
  const sizeLength = vintLength(bytes[at + idLength] ?? 0);
  const from = at + idLength + sizeLength;
  if (idLength > 4 || sizeLength > 8 || from > bytes.length) return null;
  const raw = [...bytes.subarray(at + idLength, from)];
  const size = raw.reduce(
    (sum, byte, index) => sum * 256 + (index === 0 ? byte & (0xff >> sizeLength) : byte),
    0,
  );
  // All ones: unknown.
  const isKnown = size !== 2 ** (7 * sizeLength) - 1;
  return { id: bytes.readUIntBE(at, idLength), from, to: isKnown ? from + size : Infinity };
}

/** The elements one behind another in the content of another one; stops where there is none. */
export function* elementsIn(bytes: Buffer): Generator<{ readonly id: number; readonly content: Buffer }> {
  let at = 0;
  while (at < bytes.length) {
    const element = elementAt(bytes, at);
    if (element === null) return;
    yield { id: element.id, content: bytes.subarray(element.from, element.to) };
    at = element.to;
  }
}

/** The number of leading zero bits, plus one, is the length in bytes. */
function vintLength(first: number): number {
  return Math.clz32(first) - 23;
}
