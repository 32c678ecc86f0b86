import { appendFile, mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { changesOf } from '../../src/review/changes.ts';
import { EditLog, holdLog } from '../../src/review/edit-log.ts';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import { fillDiskOnce } from '../support/full-disk.ts';
import { movingTrack, projectWith } from '../support/review-project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TRACKS = 'a'.repeat(64);
const LATER = 'b'.repeat(64);
const EDIT = { type: 'decide', tracks: [1], state: 'dismissed' } as const;
const OPEN = { tracks: TRACKS, by: 'ada' };
const NO_IDS = { wholes: [], zones: [], mutes: [] };

interface Opening {
  readonly tracks: string;
  readonly by: string;
  readonly takesOver?: boolean;
}

async function openLog(path: string, { takesOver = false, ...options }: Opening): Promise<EditLog> {
  return EditLog.open(path, { ...options, held: await holdLog(path, takesOver) });
}

describe('an edit log', () => {
  const at = temporaryFolder();

  it('gives back every step, after a crash too', async () => {
    const path = at('steps.jsonl');
    {
      await using log = await openLog(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      await log.add({ undo: true }, 'ada');
      await log.add({ redo: true }, 'ada');
    }
    await appendFile(path, '{"by":"ada","at":"2026-01-');
    await using log = await openLog(path, OPEN);
    expect(log.steps).toEqual([{ edit: EDIT }, { undo: true }, { redo: true }]);
    await log.add({ undo: true }, 'ada');
    expect((await readFile(path, 'utf8')).endsWith('"undo":true}\n')).toBe(true);
  });

  it('says who did what and when, and what it changed, to its owner alone', async () => {
    const path = at('who.jsonl');
    const before = projectWith(movingTrack(1, 0, 9));
    await using log = await openLog(path, OPEN);
    await log.add({ edit: EDIT }, 'ada', changesOf(before, applyEdit(before, EDIT)));
    const facts = { person: null, firstFrame: 0, lastFrame: 9 };
    expect(JSON.parse((await readFile(path, 'utf8')).trim().split('\n').at(-1)!)).toEqual({
      by: 'ada',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
      edit: EDIT,
      changes: [
        { track: 1, before: { state: 'covered', ...facts }, after: { state: 'dismissed', ...facts } },
      ],
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('starts again where the tracks file was saved, or was changed by somebody else', async () => {
    const path = at('saved.jsonl');
    {
      await using log = await openLog(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      await log.saved(LATER, { ...NO_IDS, zones: [2, 5] }, 'ada');
      await log.add({ undo: true }, 'ada');
    }
    {
      await using log = await openLog(path, { ...OPEN, tracks: LATER });
      expect([log.steps, log.ids]).toEqual([[{ undo: true }], { ...NO_IDS, zones: [2, 5] }]);
    }
    await using log = await openLog(path, { ...OPEN, tracks: 'c'.repeat(64) });
    expect(log.steps).toEqual([]);
  });

  it('is written by one process at a time, and shown to others', async () => {
    const path = at('locked.jsonl');
    await using first = await openLog(path, OPEN);
    await first.add({ edit: EDIT }, 'ada');
    await using second = await openLog(path, OPEN);
    expect([second.isReadOnly, second.steps]).toEqual([true, [{ edit: EDIT }]]);
    await expect(second.add({ undo: true }, 'eve')).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
  });

  it('is taken over from a process that was killed', async () => {
    const path = at('killed.jsonl');
    // No process has this id: Linux ends at 4,194,304.
    await writeFile(`${path}.lock`, `${hostname()} 99999999`);
    await using log = await openLog(path, OPEN);
    expect(log.isReadOnly).toBe(false);
  });

  it('stays with a process of another machine until somebody takes it over', async () => {
    const path = at('elsewhere.jsonl');
    await writeFile(`${path}.lock`, 'another-machine 1');
    {
      await using log = await openLog(path, OPEN);
      expect([log.isReadOnly, log.holder]).toEqual([true, { host: 'another-machine', pid: 1 }]);
    }
    await using log = await openLog(path, { ...OPEN, takesOver: true });
    await log.add({ edit: EDIT }, 'ada');
    expect(log.holder).toBeNull();
    await writeFile(`${path}.lock`, 'another-machine 1');
    await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({
      code: 'EDIT_REFUSED',
      message: expect.stringContaining('taken this file over') as unknown,
    });
  });

  it('is not made before there is a step to note', async () => {
    const path = at('nothing.jsonl');
    {
      await using log = await openLog(path, OPEN);
      expect(log.isReadOnly).toBe(false);
    }
    await expect(stat(path)).rejects.toThrow('ENOENT');
    await expect(stat(`${path}.lock`)).rejects.toThrow('ENOENT');
  });

  it('takes nothing that it could not give back', async () => {
    const path = at('strict.jsonl');
    await using log = await openLog(path, OPEN);
    await log.add({ edit: EDIT }, 'ada');
    const more = { ...EDIT, surestFrame: 3 };
    await expect(log.add({ edit: more }, 'ada')).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    await using shown = await openLog(path, OPEN);
    expect(shown.steps).toEqual([{ edit: EDIT }]);
  });

  it('leaves alone what another program wrote into it', async () => {
    const path = at('shared.jsonl');
    await using log = await openLog(path, OPEN);
    await log.add({ edit: EDIT }, 'ada');
    await appendFile(path, '{"by":"eve"}\n');
    await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    expect((await readFile(path, 'utf8')).endsWith('{"by":"eve"}\n')).toBe(true);
  });

  it('notes nothing where its file is gone', async () => {
    const path = at('gone.jsonl');
    await using log = await openLog(path, OPEN);
    await log.add({ edit: EDIT }, 'ada');
    await rm(path);
    await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
  });

  it('stays with whoever wrote it where the lock cannot be read for a moment', async () => {
    const path = at('unsure.jsonl');
    await using log = await openLog(path, OPEN);
    await log.add({ edit: EDIT }, 'ada');
    const lock = await readFile(`${path}.lock`, 'utf8');
    await rm(`${path}.lock`);
    await mkdir(`${path}.lock`);
    await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await rmdir(`${path}.lock`);
    await writeFile(`${path}.lock`, lock);
    await log.add({ undo: true }, 'ada');
    expect(log.isReadOnly).toBe(false);
  });

  it('holds no part of a line that the disk had no room for', async () => {
    const path = at('full.jsonl');
    {
      await using log = await openLog(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      const before = await readFile(path, 'utf8');
      await fillDiskOnce(path);
      await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
      expect(await readFile(path, 'utf8')).toBe(before);
      await log.add({ undo: true }, 'ada');
    }
    vi.restoreAllMocks();
    await using log = await openLog(path, OPEN);
    expect(log.steps).toEqual([{ edit: EDIT }, { undo: true }]);
  });

  it.each([
    ['no JSON', 'hello\n', 'line 1'],
    ['another format', '{"format":"veil-edits/9"}\n', 'line 1'],
    [
      'an edit that is none',
      '{"format":"veil-edits/1"}\n{"by":"x","at":"2026-01-02T03:04:05Z","edit":{"type":"open"}}\n',
      'line 2',
    ],
  ])('refuses a file with %s, and leaves it alone', async (name, text, place) => {
    const path = at(`${name.replaceAll(' ', '-')}.jsonl`);
    await writeFile(path, text);
    await expect(openLog(path, OPEN)).rejects.toMatchObject({
      code: 'EDIT_REFUSED',
      message: expect.stringContaining(place) as unknown,
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
