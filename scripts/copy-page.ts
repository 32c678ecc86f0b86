/** The last step of `npm run build`: the compiler leaves the page of the preview where it is. */
import { cp, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/preview/web');
await rm(target, { recursive: true, force: true });
await cp(join(root, 'src/preview/web'), target, {
  recursive: true,
  filter: (path) => extname(path) !== '.json',
});
