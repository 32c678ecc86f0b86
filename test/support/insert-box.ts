/** Puts a box behind the last content of the box at this path of names, in an .mp4 whose index is at the end. */
export function insertBox(file: Buffer, path: readonly string[], name: string, content: Buffer): Buffer {
  const box = Buffer.concat([Buffer.alloc(8), content]);
  box.writeUInt32BE(box.length, 0);
  box.write(name, 4, 'latin1');
  const heads = headsOf(file, path);
  const last = heads.at(-1)!;
  const at = last + file.readUInt32BE(last);
  const grown = Buffer.from(file);
  for (const head of heads) grown.writeUInt32BE(grown.readUInt32BE(head) + box.length, head);
  return Buffer.concat([grown.subarray(0, at), box, grown.subarray(at)]);
}

/** Bytes before the boxes within a box. */
const HEADS: Readonly<Record<string, number>> = { stsd: 16, avc1: 86 };

/** Offsets of the boxes along a path, the first of each name. */
function headsOf(file: Buffer, path: readonly string[]): number[] {
  const heads: number[] = [];
  let [at, to] = [0, file.length];
  for (const name of path) {
    while (at < to && file.toString('latin1', at + 4, at + 8) !== name) at += file.readUInt32BE(at);
    if (at >= to) throw new Error(`there is no ${name}`);
    heads.push(at);
    [at, to] = [at + (HEADS[name] ?? 8), at + file.readUInt32BE(at)];
  }
  return heads;
}
