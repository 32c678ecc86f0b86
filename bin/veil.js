#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  // In a clone that has not been built, run the TypeScript sources directly.
  const { register } = await import('tsx/esm/api');
  register();
  await import('../src/cli/main.ts');
}
