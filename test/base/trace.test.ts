import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startTrace, traceCount, traceSpan, traceStart, writeTrace } from '../../src/base/trace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

test('a trace holds the spans of each stage in a row of its own, and numbers over time', async () => {
  startTrace();
  traceSpan('cover', traceStart(), { faces: 3 });
  traceSpan('look', traceStart());
  traceSpan('cover', traceStart(), { faces: 4 });
  traceCount('frames that wait', () => ({ frames: 7 }));
  await writeTrace(at('trace.json'));
  const { traceEvents } = JSON.parse(await readFile(at('trace.json'), 'utf8')) as {
    traceEvents: { name: string; ph: string; tid: number; dur?: number; args: object }[];
  };
  const covers = traceEvents.filter(({ name }) => name === 'cover');
  expect(covers.map(({ ph, args }) => [ph, args])).toEqual([
    ['X', { faces: 3 }],
    ['X', { faces: 4 }],
  ]);
  expect(covers[0]!.dur).toBeGreaterThanOrEqual(0);
  const rows = traceEvents.filter(({ ph }) => ph === 'M').map(({ tid, args }) => [tid, args]);
  expect(rows).toEqual([
    [covers[0]!.tid, { name: 'cover' }],
    [traceEvents.find(({ name }) => name === 'look')!.tid, { name: 'look' }],
  ]);
  expect(traceEvents.at(-1)).toMatchObject({ ph: 'C', args: { frames: 7 } });
});

test('without a start nothing is noted', async () => {
  traceSpan('cover', traceStart());
  traceCount('frames that wait', () => {
    throw new Error('asked for nothing');
  });
  await writeTrace(at('empty.json'));
  expect(JSON.parse(await readFile(at('empty.json'), 'utf8'))).toMatchObject({ traceEvents: [] });
});
