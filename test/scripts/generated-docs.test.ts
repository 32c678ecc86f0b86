import { readFile } from 'node:fs/promises';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { generatedDocuments } from '../../scripts/generate-docs.ts';
import { ERROR_CODES } from '../../src/error-codes.ts';

const root = new URL('../../', import.meta.url);
const documents = await generatedDocuments();

describe('generated documents', () => {
  it.each(documents)('$path has the table that the code asks for', ({ present, wanted }) => {
    expect(present, 'run npx tsx scripts/generate-docs.ts').toBe(wanted);
  });

  it('document no error code that nothing uses', async () => {
    const paths = await glob(['src/**/*.ts'], {
      cwd: root.pathname,
      ignore: ['src/errors.ts', 'src/error-codes.ts'],
    });
    const sources = await Promise.all(paths.map((path) => readFile(new URL(path, root), 'utf8')));
    const text = sources.join('\n');
    // Of an error, or of a note.
    const unused = Object.keys(ERROR_CODES).filter((code) => !new RegExp(`['[]${code}[\\]']`).test(text));
    expect(unused).toEqual([]);
  });
});
