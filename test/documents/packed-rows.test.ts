import { expect, test } from 'vitest';
import { PackedRows, type BoxRow } from '../../src/documents/packed-rows.ts';

function packed([first, ...rest]: readonly BoxRow[]): PackedRows {
  const rows = new PackedRows(first!);
  for (const row of rest) rows.add(row);
  return rows;
}

test('gives rows back as they were, in tenths of a pixel, however far they are apart', () => {
  const rows: BoxRow[] = [
    [0, 0, 0, 0.1, 0.1, 0],
    [1, -0.1, 12.7, 6.4, 6.5, 1],
    [2, -1000.3, 12.8, 6.3, 6.4, 2],
    [40, 8191.9, -0.3, 3000.2, 99_999.9, 3],
    [2_000_000, 8191.9, -0.3, 0.1, 0.1, 0],
  ];
  expect([...packed(rows)]).toEqual(rows);
  expect([...packed(rows.slice(3))]).toEqual(rows.slice(3));
  expect(packed(rows)).toMatchObject({ firstFrame: 0, lastFrame: 2_000_000 });
});

test('rounds finer numbers to tenths, without adding up what it rounds off', () => {
  const rows = Array.from({ length: 1000 }, (_, frame): BoxRow => [frame, frame * 0.14, 2.26, 3, 4, 1]);
  const back = [...packed(rows)];
  expect(back).toHaveLength(1000);
  expect(back[999]).toEqual([999, 139.9, 2.3, 3, 4, 1]);
});
