import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { hashInput } from '../../../src/pipeline/file/hash-input.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
const { signal } = new AbortController();

test('the seed of noise is that of the whole input: same bytes, same seed; one bit, another one', async () => {
  const bytes = Buffer.alloc(3 * 1024 ** 2, 7);
  await writeFile(at('a'), bytes);
  await writeFile(at('b'), bytes);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(at('c'), bytes);
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => hashInput(at(name), signal)));
  expect(b).toEqual(a);
  expect(c?.noiseSeed).not.toBe(a?.noiseSeed);
});

test('the seed of noise is not a checksum that somebody may have published', async () => {
  await writeFile(at('published'), 'clip');
  const checksum = createHash('sha256').update('clip').digest('hex');
  const hashed = await hashInput(at('published'), signal);
  expect(hashed.sha256).toBe(checksum);
  expect(hashed.noiseSeed).not.toBe(checksum);
});

test('reading an input for its seed can be stopped, and says what is wrong with it', async () => {
  await expect(hashInput(at('missing'), signal)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  await writeFile(at('stopped'), 'clip');
  await expect(hashInput(at('stopped'), AbortSignal.abort())).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
