import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseLocation } from '../../../src/jobs/storage/location.ts';
import { Roots } from '../../../src/jobs/storage/roots.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
let roots: Roots;
let real: string;
beforeAll(async () => {
  await mkdir(at('share/day'), { recursive: true });
  await mkdir(at('share-other'));
  await writeFile(at('share/day/a.mp4'), 'a');
  await writeFile(at('secret.mp4'), 'secret');
  await writeFile(at('share-other/b.mp4'), 'b');
  await symlink(at('secret.mp4'), at('share/link.mp4'));
  await symlink(at('share/day/a.mp4'), at('share/inside.mp4'));
  await symlink(at('share-other'), at('share/folder'));
  await symlink(at('share'), at('mounted'));
  roots = await Roots.open([at('mounted'), 's3://footage/incoming', 's3://whole']);
  real = await realpath(at('share'));
});

function s3(text: string) {
  const location = parseLocation(text);
  if (location?.kind !== 's3') throw new Error(text);
  return location;
}

describe('the roots of a worker', () => {
  it('let files within be read, by the name of the root and by that of what it links to', async () => {
    expect(await roots.fileToRead(at('mounted/day/a.mp4'))).toBe(join(real, 'day/a.mp4'));
    expect(await roots.fileToRead(at('share/inside.mp4'))).toBe(join(real, 'day/a.mp4'));
  });

  it.each([
    'secret.mp4',
    'share-other/b.mp4',
    'share/link.mp4',
    'share/folder/b.mp4',
    'share/../secret.mp4',
    'missing',
  ])('do not let %s be read, though it exists', async (name) => {
    await expect(roots.fileToRead(at(name))).rejects.toMatchObject({ code: 'JOB_REFUSED' });
  });

  it('do not tell whether a file outside exists', async () => {
    const said = async (name: string): Promise<string> =>
      roots.fileToRead(at(name)).then(
        () => 'read',
        (error: unknown) => String(error).replace(name, 'NAME'),
      );
    expect(await said('secret.mp4')).toBe(await said('no-such.mp4'));
  });

  it('let files be made within, and none through a link', async () => {
    expect(await roots.fileToWrite(at('share/day/new.mp4'))).toBe(join(real, 'day/new.mp4'));
    for (const name of ['share/link.mp4', 'share/folder/new.mp4', 'new.mp4', 'share']) {
      await expect(roots.fileToWrite(at(name)), name).rejects.toMatchObject({ code: 'JOB_REFUSED' });
    }
    await expect(roots.fileToWrite(at('share/no/new.mp4'))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });

  it('hold parts of buckets', () => {
    for (const text of ['s3://footage/incoming/a.mp4', 's3://whole/anything/a.mp4']) roots.checkS3(s3(text));
    for (const text of [
      's3://footage/a.mp4',
      's3://footage/incoming-private/a.mp4',
      's3://other/incoming/a.mp4',
    ]) {
      expect(() => {
        roots.checkS3(s3(text));
      }, text).toThrow(expect.objectContaining({ code: 'JOB_REFUSED' }));
    }
  });

  it.each([[[]], [['/no/such/folder']], [['s3://']], [['s3://Bucket/x']]])(
    'must exist: %j',
    async (texts) => {
      await expect(Roots.open(texts)).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});
