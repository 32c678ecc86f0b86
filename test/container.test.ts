import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const [dockerfile, compose] = await Promise.all(
  ['Dockerfile', 'compose.yaml'].map((name) => readFile(new URL(`../${name}`, import.meta.url), 'utf8')),
);
/** One instruction per line. */
const steps = dockerfile!
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line));

test('every image is pinned to a release', () => {
  const images = steps.filter((step) => step.startsWith('FROM')).map((step) => step.split(' ')[1]!);
  expect(images).toHaveLength(2);
  for (const image of images) expect(image).toMatch(/^node:22-\w+-slim$/);
});

test('the program runs as a user without rights, and no instruction after that is run as root', () => {
  expect(steps.filter((step) => step.startsWith('USER'))).toEqual(['USER node']);
  expect(steps.slice(steps.indexOf('USER node')).filter((step) => step.startsWith('RUN'))).toEqual([]);
});

test('apt installs no more than it is told and leaves no lists', () => {
  const apt = steps.filter((step) => step.includes('apt-get install'));
  expect(apt).toHaveLength(1);
  expect(apt[0]).toMatch(/apt-get update .*-y --no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/);
});

test('compose gives it no network, no capabilities and a root that can only be read', () => {
  for (const line of ['network_mode: none', 'read_only: true', 'cap_drop: [ALL]']) {
    expect(compose).toContain(line);
  }
});
