/** The last step of `npm run build`: the compiler leaves the page of the preview where it is. */
import { cp } from 'node:fs/promises';
import { extname, join } from 'node:path';

const [, , built] = process.argv;
if (built === undefined) throw new Error('Give the folder of what was compiled.');
await cp(join(import.meta.dirname, '../src/preview/web'), join(built, 'preview/web'), {
  recursive: true,
  filter: (path) => extname(path) !== '.json',
});
