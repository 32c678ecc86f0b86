import type { Random } from '../random.ts';

/** Numbers at which readers of binary formats go wrong. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Damage is often done where the format says what is in the file. */
const HEAD = 512;

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flip,
  flip,
  flip,
  overwrite,
  overwrite,
  cut,
  remove,
  repeat,
  insert,
  swap,
];

/** A file, damaged in one to four ways. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  // Mostly a single fault: of several, only the first gets a file refused.
  const faults = random.below(3) > 0 ? 1 : 2 + random.below(3);
  for (let count = faults; count > 0; count -= 1) {
    if (mutated.length > 0) mutated = random.pick(MUTATIONS)(mutated, random);
  }
  return mutated;
}

function place(bytes: Buffer, random: Random): number {
  return random.below(random.below(2) === 0 ? Math.min(HEAD, bytes.length) : bytes.length);
}

function flip(bytes: Buffer, random: Random): Buffer {
  for (let count = 1 + random.below(random.pick([1, 1, 8])); count > 0; count -= 1) {
    bytes[place(bytes, random)]! ^= 1 << random.below(8);
  }
  return bytes;
}

function overwrite(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const value = random.pick(EXTREMES);
  if (at + 4 > bytes.length) bytes[at] = value & 0xff;
  else if (random.below(2) === 0) bytes.writeUInt32BE(value, at);
  else bytes.writeUInt32LE(value, at);
  return bytes;
}

function cut(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length));
}

function remove(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(64))]);
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const part = bytes.subarray(at, at + 1 + random.below(2048));
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}

function insert(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const part = Buffer.from(Array.from({ length: 1 + random.below(64) }, () => random.below(256)));
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}

function swap(bytes: Buffer, random: Random): Buffer {
  const [a, b] = [place(bytes, random), place(bytes, random)].sort((one, other) => one - other) as [
    number,
    number,
  ];
  const length = Math.min(b - a, bytes.length - b, 1 + random.below(512));
  const first = Buffer.from(bytes.subarray(a, a + length));
  bytes.copyWithin(a, b, b + length);
  first.copy(bytes, b);
  return bytes;
}
