/** Writes config/schema.json (for editors) and config/default.json from the schema: `tsx scripts/generate-schema.ts`. */
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig as prettierOptions } from 'prettier';
import { z } from 'zod';
import { configSchema } from '../src/config/schema.ts';

/** The generated files by path relative to the repository. */
export async function generatedConfigFiles(): Promise<Map<string, string>> {
  const { properties, ...schema } = z.toJSONSchema(configSchema, { io: 'input' });
  const document = {
    ...schema,
    title: 'Veil config',
    properties: { $schema: { type: 'string', description: 'Where this schema lies.' }, ...properties },
  };
  const defaults = { $schema: './schema.json', ...configSchema.parse({}) };
  return new Map([
    ['config/schema.json', await pretty(document)],
    ['config/default.json', await pretty(defaults)],
  ]);
}

async function pretty(value: unknown): Promise<string> {
  const options = await prettierOptions(new URL('../config/default.json', import.meta.url));
  return format(JSON.stringify(value, null, 2), { ...options, parser: 'json' });
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, content] of await generatedConfigFiles()) {
    await writeFile(new URL(`../${path}`, import.meta.url), content);
    console.log(`wrote ${path}`);
  }
}
