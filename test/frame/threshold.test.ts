import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { THRESHOLDS } from '../../src/frame/threshold.ts';
import { checkedSettings } from '../../src/pipeline/live/settings.ts';
import { readClientMessage } from '../../src/preview/protocol.ts';

const accepts = {
  'a config': (threshold: number) => configSchema.safeParse({ threshold }).success,
  'the page': (threshold: number) =>
    readClientMessage(JSON.stringify({ type: 'change', settings: { threshold } })) !== null,
  'a live run': (threshold: number) => {
    try {
      checkedSettings({ style: 'blur', cells: 6, threshold });
      return true;
    } catch {
      return false;
    }
  },
};

test.each(Object.entries(accepts))(
  '%s takes thresholds from the least to the most, no others',
  (_, takes) => {
    const { least, most } = THRESHOLDS;
    expect([least - 0.001, least, 0.2, most, most + 0.001].map(takes)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  },
);

test('the slider of the page begins at the least', async () => {
  const page = await readFile(new URL('../../src/preview/web/index.html', import.meta.url), 'utf8');
  const slider = /<input[^>]*id="threshold"[^>]*>/s.exec(page)?.[0];
  expect(slider).toContain(`min="${THRESHOLDS.least}"`);
});
