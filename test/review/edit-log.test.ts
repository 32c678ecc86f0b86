import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { changesOf } from '../../src/review/changes.ts';
import { EditLog } from '../../src/review/edit-log.ts';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import { fillDiskOnce } from '../support/full-disk.ts';
import { movingTrack, projectWith } from '../support/review-project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TRACKS = 'a'.repeat(64);
const LATER = 'b'.repeat(64);
const EDIT = { type: 'decide', tracks: [1], state: 'dismissed' } as const;
const OPEN = { tracks: TRACKS, by: 'ada' };

describe('an edit log', () => {
  const at = temporaryFolder();

  it('gives back every step, after a crash too', async () => {
    const path = at('steps.jsonl');
    {
      await using log = await EditLog.open(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      await log.add({ undo: true }, 'ada');
      await log.add({ redo: true }, 'ada');
    }
    await appendFile(path, '{"by":"ada","at":"2026-01-');
    await using log = await EditLog.open(path, OPEN);
    expect(log.steps).toEqual([{ edit: EDIT }, { undo: true }, { redo: true }]);
    await log.add({ undo: true }, 'ada');
    expect((await readFile(path, 'utf8')).endsWith('"undo":true}\n')).toBe(true);
  });

  it('says who did what and when, and what it changed, to its owner alone', async () => {
    const path = at('who.jsonl');
    const before = projectWith(movingTrack(1, 0, 9));
    await using log = await EditLog.open(path, OPEN);
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
      await using log = await EditLog.open(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      await log.saved(LATER, 'ada');
      await log.add({ undo: true }, 'ada');
    }
    {
      await using log = await EditLog.open(path, { ...OPEN, tracks: LATER });
      expect(log.steps).toEqual([{ undo: true }]);
    }
    await using log = await EditLog.open(path, { ...OPEN, tracks: 'c'.repeat(64) });
    expect(log.steps).toEqual([]);
  });

  it('is written by one process at a time, and shown to others', async () => {
    const path = at('locked.jsonl');
    await using first = await EditLog.open(path, OPEN);
    await first.add({ edit: EDIT }, 'ada');
    await using second = await EditLog.open(path, OPEN);
    expect([second.isReadOnly, second.steps]).toEqual([true, [{ edit: EDIT }]]);
    await expect(second.add({ undo: true }, 'eve')).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
  });

  it('is taken over from a process that was killed', async () => {
    const path = at('killed.jsonl');
    // No process has this number: Linux ends at 4,194,304.
    await writeFile(`${path}.lock`, `${hostname()} 99999999`);
    await using log = await EditLog.open(path, OPEN);
    expect(log.isReadOnly).toBe(false);
  });

  it('stays with a process of another machine until somebody takes it over', async () => {
    const path = at('elsewhere.jsonl');
    await writeFile(`${path}.lock`, 'another-machine 1');
    {
      await using log = await EditLog.open(path, OPEN);
      expect([log.isReadOnly, log.holder]).toEqual([true, { host: 'another-machine', pid: 1 }]);
    }
    await using log = await EditLog.open(path, { ...OPEN, takesOver: true });
    await log.add({ edit: EDIT }, 'ada');
    expect(log.holder).toBeNull();
    await writeFile(`${path}.lock`, 'another-machine 1');
    await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({
      code: 'EDIT_REFUSED',
      message: expect.stringContaining('taken this file over') as unknown,
    });
  });

  it('holds no part of a line that the disk had no room for', async () => {
    const path = at('full.jsonl');
    {
      await using log = await EditLog.open(path, OPEN);
      await log.add({ edit: EDIT }, 'ada');
      const before = await readFile(path, 'utf8');
      await fillDiskOnce(path);
      await expect(log.add({ undo: true }, 'ada')).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
      expect(await readFile(path, 'utf8')).toBe(before);
      await log.add({ undo: true }, 'ada');
    }
    vi.restoreAllMocks();
    await using log = await EditLog.open(path, OPEN);
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
    await expect(EditLog.open(path, OPEN)).rejects.toMatchObject({
      code: 'EDIT_REFUSED',
      message: expect.stringContaining(place) as unknown,
    });
    expect(await readFile(path, 'utf8')).toBe(text);
    await expect(stat(`${path}.lock`)).rejects.toThrow('ENOENT');
  });
});
