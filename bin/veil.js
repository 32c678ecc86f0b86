#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone has the sources and builds them where they have changed; the published package has what was built.
if (existsSync(new URL('../src/cli/main.ts', import.meta.url))) {
  const { buildIfStale } = await import('../scripts/build-if-stale.js');
  buildIfStale();
}
await import('../dist/cli/main.js');
