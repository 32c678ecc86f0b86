import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedConfigFiles } from '../../scripts/generate-schema.ts';
import { PRESETS } from '../../src/config/config-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';

function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

describe('the shipped config files', () => {
  it('default.json holds the defaults of the schema, all of them', async () => {
    const { $schema, ...values } = JSON.parse(await read('config/default.json')) as Record<string, unknown>;
    expect($schema).toBe('./schema.json');
    expect(values).toEqual(configSchema.parse({}));
  });

  it('schema.json and default.json are what scripts/generate-schema.ts writes', async () => {
    for (const [path, content] of await generatedConfigFiles()) {
      expect(await read(path), `${path}: run npx tsx scripts/generate-schema.ts`).toBe(content);
    }
  });

  it.each(PRESETS)('%s loads', async (preset) => {
    await expect(loadConfig({ files: [preset] })).resolves.toBeDefined();
  });

  it('protest is at least as strong as the defaults in everything', async () => {
    const { config: protest } = await loadConfig({ files: ['protest'] });
    const { config: standard } = await loadConfig({});
    expect(protest.style).toBe('solid');
    expect(protest.cells).toBeLessThan(standard.cells);
    expect(protest.padding).toBeGreaterThan(standard.padding);
    expect(protest.threshold).toBeLessThan(standard.threshold);
    expect([standard.effort, protest.effort]).toEqual(['balanced', 'thorough']);
    expect(protest.audio).toBe('drop');
    expect(protest.keepMetadata).toBe(false);
  });
});
