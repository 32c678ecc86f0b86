import { expect, it } from 'vitest';
import { readmeWithOptions } from '../../scripts/options-table.ts';

it('the README lists every option as the schema has it', async () => {
  const { present, wanted } = await readmeWithOptions();
  expect(present, 'run npx tsx scripts/options-table.ts').toBe(wanted);
});
