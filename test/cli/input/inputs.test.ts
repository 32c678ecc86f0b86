import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expandInputs } from '../../../src/cli/input/inputs.ts';
import type { VeilError } from '../../../src/errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'veil-inputs-')));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), 'x');
  }
}

const at = (name: string): string => join(folder, name);
const codes = (problems: readonly { readonly error: unknown }[]): string[] =>
  problems.map(({ error }) => (error as VeilError).code);

describe('expandInputs', () => {
  it.skipIf(process.platform !== 'linux')(
    'says of a name that is not UTF-8 that it must be renamed',
    async () => {
      await files('a.mp4');
      await writeFile(
        Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.mp4')]),
        'x',
      );
      const name = at('caf\ufffd.mp4');
      for (const arg of [folder, name]) {
        const { problems } = await expandInputs([arg]);
        expect(problems).toMatchObject([
          {
            path: name,
            error: {
              code: 'INPUT_UNREADABLE',
              message: `${name} can't be opened: its name is not in UTF-8.`,
            },
          },
        ]);
      }
      expect(codes((await expandInputs([at('gone.mp4')])).problems)).toEqual(['INPUT_NOT_FOUND']);
    },
  );

  it('takes a folder with everything below it, but hidden files, other files and its own outputs', async () => {
    await files('b.MOV', 'a.mp4', 'sub/deep/c.jpg', '.hidden.mp4', '.git/d.mp4', 'notes.txt');
    await files('a.veil.mp4', 'a.veil.report.json', 'sub/e.veil.jpg');
    const { inputs, problems, notices, severalAsked } = await expandInputs([folder]);
    expect(inputs.map(({ relative }) => relative)).toEqual(['a.mp4', 'b.MOV', join('sub', 'deep', 'c.jpg')]);
    expect(problems).toEqual([]);
    expect(notices).toEqual([
      `Left out, neither video nor photo: ${at('notes.txt')}.`,
      `Left out, hidden: ${at('.hidden.mp4')}.`,
      `Left out, made by Veil: ${at('a.veil.mp4')} and 1 more.`,
    ]);
    expect(severalAsked).toBe(true);
  });

  it('takes an output of Veil that is named, and says so', async () => {
    await files('a.veil.mp4');
    const { inputs, notices } = await expandInputs([at('a.veil.mp4')]);
    expect(inputs).toHaveLength(1);
    expect(notices.join()).toContain('is an output of Veil by its name; it is covered again.');
  });

  it('keeps the names of folders apart when several are given, and takes each file once', async () => {
    await files('one/a.mp4', 'two/a.mp4');
    const { inputs } = await expandInputs([at('one'), at('two'), at('one/a.mp4')]);
    expect(inputs.map(({ relative }) => relative)).toEqual([join('one', 'a.mp4'), join('two', 'a.mp4')]);
  });

  it('expands patterns, and keeps the folders below the part without magic', async () => {
    await files('p/x/1.jpg', 'p/2.jpg', 'p/3.txt', 'p/4.veil.jpg');
    const { inputs, notices } = await expandInputs([`${folder}/p/**/*`]);
    expect(inputs.map(({ relative }) => relative).sort()).toEqual(['2.jpg', join('x', '1.jpg')]);
    expect(notices).toEqual([expect.stringMatching(/^Left out, made by Veil: .*4\.veil\.jpg\.$/)]);
    expect(codes((await expandInputs([`${folder}/p/*.mp4`])).problems)).toEqual(['INPUT_NOT_FOUND']);
  });

  it('takes names as they are: brackets, spaces, quotes, emoji, a dash in front', async () => {
    const names = ['clip [1].mp4', `it's "new".mp4`, '😀*.mp4', 'notes', '-o.mp4'];
    await files(...names);
    const { inputs, problems } = await expandInputs(names.map(at));
    expect(problems).toEqual([]);
    expect(inputs.map(({ relative }) => relative)).toEqual(names);
  });

  it('puts ./ before a name that programs would take for an option', async () => {
    const before = process.cwd();
    await files('-i.mp4');
    // vitest runs tests in worker processes here, which may change folder.
    process.chdir(folder);
    try {
      expect((await expandInputs(['-i.mp4'])).inputs).toEqual([{ path: './-i.mp4', relative: '-i.mp4' }]);
    } finally {
      process.chdir(before);
    }
  });

  it('says of each input what is wrong with it, and keeps the others', async () => {
    await files('good.mp4');
    await mkdir(at('empty'));
    await symlink('loop', at('loop'));
    const { inputs, problems } = await expandInputs([
      at('missing.mp4'),
      at('empty'),
      at('loop'),
      '',
      at('good.mp4'),
      '/dev/null',
    ]);
    expect(inputs.map(({ path }) => path)).toEqual([at('good.mp4')]);
    expect(codes(problems)).toEqual([
      'INPUT_NOT_FOUND',
      'INPUT_EMPTY',
      'INPUT_UNREADABLE',
      'INPUT_NOT_FOUND',
      'INPUT_UNSUPPORTED',
    ]);
  });

  it('follows links to folders, but never round in circles', async () => {
    await files('real/a.mp4', 'other/b.mp4');
    await symlink(at('other'), at('real/link'));
    await symlink(at('real'), at('real/round'));
    await symlink('nowhere.mp4', at('real/dangling.mp4'));
    const { inputs, problems, notices } = await expandInputs([at('real')]);
    expect(inputs.map(({ relative }) => relative)).toEqual(['a.mp4', join('link', 'b.mp4')]);
    expect(notices.join()).toContain('round leads back to a folder it lies in');
    expect(codes(problems)).toEqual(['INPUT_NOT_FOUND']);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'reports a folder that may not be read and takes the rest (not as root, who may read all)',
    async () => {
      await files('a.mp4', 'locked/b.mp4');
      await chmod(at('locked'), 0);
      const { inputs, problems } = await expandInputs([folder]);
      await chmod(at('locked'), 0o700);
      expect(inputs.map(({ relative }) => relative)).toEqual(['a.mp4']);
      expect(codes(problems)).toEqual(['INPUT_UNREADABLE']);
    },
  );
});
