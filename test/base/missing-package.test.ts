import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { installHint, missingPackage } from '../../src/base/missing-package.ts';

const require = createRequire(import.meta.url);

test('a package that is not installed is named, however it was loaded', () => {
  const absent = '@no-such/package';
  // Node.js's own import, because the test runner changes the error text.
  const program = `import('${absent}').catch(({ code, message }) => console.log(JSON.stringify({ code, message })))`;
  const printed = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  expect(missingPackage(Object.assign(new Error(), JSON.parse(printed)))).toBe(absent);
  expect(missingPackage(thrownBy(() => require(absent) as unknown))).toBe(absent);
});

test('another error names no package', () => {
  expect(missingPackage(new Error("Cannot find module 'x'"))).toBeNull();
  expect(missingPackage('no error at all')).toBeNull();
});

test('the hint is a command that can be pasted', () => {
  expect(installHint('a', '@b/c')).toMatch(/: npm install a @b\/c$/);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
