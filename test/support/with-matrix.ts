/** An .mp4 with another matrix in its track header: a, b, c, d. */
export function withMatrix(file: Buffer, [a, b, c, d]: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  const matrix = copy.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [a!, b!, 0, c!, d!].entries()) {
    copy.writeInt32BE(Math.round(value * 65_536), matrix + 4 * index);
  }
  return copy;
}
