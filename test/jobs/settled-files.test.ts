import { rm, utimes, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SettledFiles } from '../../src/jobs/batch/settled-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

it('takes a file once it has not changed for a while, once, and again after a change', async () => {
  const path = at('a.mp4');
  const clock = { now: 0 };
  const files = new SettledFiles({ quietMs: 5000, now: () => clock.now });
  const look = (now: number) => {
    clock.now = now;
    return files.take([path]);
  };
  expect(await look(0)).toEqual([]);
  await writeFile(path, '');
  expect(await look(1000)).toEqual([]);
  expect(await look(9000)).toEqual([]);
  await writeFile(path, 'half');
  expect(await look(10_000)).toEqual([]);
  expect(await look(14_000)).toEqual([]);
  await writeFile(path, 'half and half');
  expect(await look(16_000)).toEqual([]);
  expect(await look(21_000)).toEqual([path]);
  expect(await look(30_000)).toEqual([]);
  await utimes(path, new Date(5000), new Date(5000));
  expect(await look(31_000)).toEqual([]);
  expect(await look(36_000)).toEqual([path]);
  await rm(path);
  expect(await look(37_000)).toEqual([]);
});
