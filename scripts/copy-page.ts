/** The last step of `npm run build`: the compiler leaves the pages where they are. */
import { cp } from 'node:fs/promises';
import { extname, join } from 'node:path';

const [, , built] = process.argv;
if (built === undefined) throw new Error('Give the folder of what was compiled.');
for (const folder of [
  'preview/web',
  'review/web',
  'review/folder/web',
  'jobs/queue/web',
  'web-server/theme',
]) {
  await cp(join(import.meta.dirname, '../src', folder), join(built, folder), {
    recursive: true,
    filter: (path) => extname(path) !== '.json',
  });
}
