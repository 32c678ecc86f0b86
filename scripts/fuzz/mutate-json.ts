import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from '../random.ts';

/** Values that may replace an expected one. */
const STRANGE: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1e308,
  () => -1e308,
  () => 2 ** 53,
  () => 0.5,
  () => '',
  () => '__proto__',
  () => '\u202e\u0007\x1b[2J',
  () => 'x'.repeat(20_000),
  () => [],
  () => ({}),
  (random) => Array.from({ length: 1 + random.below(5_000) }, () => 0),
  (random) => nested(1 + random.below(2_000)),
];

/** A JSON text with a few replaced values, or damaged as text. */
export function mutateJson(text: string, random: Random): Buffer {
  if (random.below(4) === 0) return mutateBytes(Buffer.from(text), random);
  let root: unknown = JSON.parse(text);
  for (let count = 1 + random.below(3); count > 0; count -= 1) root = mutateValue(root, random);
  const mutated = JSON.stringify(root);
  // JSON keeps the last of two values with the same name.
  return Buffer.from(random.below(10) === 0 ? mutated.replace('{', '{"format":"other",') : mutated);
}

function mutateValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(12) === 0) {
    return random.pick(STRANGE)(random);
  }
  if (Array.isArray(value)) return mutateArray(value as unknown[], random);
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length === 0) return { [random.pick(['', 'constructor', 'x'])]: random.pick(STRANGE)(random) };
  const at = random.below(entries.length);
  const [name, inner] = entries[at]!;
  switch (random.below(6)) {
    case 0:
      entries.splice(at, 1);
      break;
    case 1:
      entries.push([`${name}x`, inner]);
      break;
    default:
      entries[at] = [name, mutateValue(inner, random)];
  }
  return Object.fromEntries(entries);
}

function mutateArray(items: readonly unknown[], random: Random): unknown[] {
  if (items.length === 0) return [random.pick(STRANGE)(random)];
  const at = random.below(items.length);
  switch (random.below(5)) {
    case 0:
      return items.toSpliced(at, 1);
    case 1:
      return items.toSpliced(at, 0, items[random.below(items.length)]);
    default:
      return items.with(at, mutateValue(items[at], random));
  }
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
