import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

// What tests remember of engines and of ffmpeg stays out of the user's data folder.
const env = { VEIL_HOME: join(import.meta.dirname, '.cache', 'test-home') };
const shared = { env, testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };

const config: ViteUserConfig = defineConfig({
  test: {
    // Two at a time: most tests start ffmpeg, which brings threads of its own.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**', 'test/gpu/**'],
          ...shared,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...shared, testTimeout: 300_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...shared } },
      { test: { name: 'gpu', include: ['test/gpu/**/*.test.ts'], ...shared } },
    ],
  },
});
export default config;
