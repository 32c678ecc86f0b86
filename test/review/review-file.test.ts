import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { editLogOf } from '../../src/documents/decisions.ts';
import { readTracks } from '../../src/documents/tracks-document.ts';
import { ReviewFile } from '../../src/review/server/review-file.ts';
import { fillDiskOnce } from '../support/full-disk.ts';
import { makeReviewClip, writeReviewTracks } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DISMISS = { type: 'decide', tracks: [1], state: 'dismissed' } as const;
const MUTE = { type: 'mute', from: 0.1, to: 0.2 } as const;

describe('a tracks file under review', () => {
  const at = temporaryFolder();
  beforeAll(async () => {
    await makeReviewClip(at('clip.mp4'));
    await writeReviewTracks(at('found.json'), at('clip.mp4'));
  });
  beforeEach(async () => {
    await copyFile(at('found.json'), at('clip.veil.tracks.json'));
    await rm(at('clip.veil.edits.jsonl'), { force: true });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const open = (more: { takesOver?: boolean } = {}): Promise<ReviewFile> =>
    ReviewFile.open({ input: at('clip.mp4'), tracks: at('clip.veil.tracks.json'), by: 'ada', ...more });
  const log = (): Promise<string> => readFile(at('clip.veil.edits.jsonl'), 'utf8');
  const stateOf = ({ project }: ReviewFile): unknown => project.tracks.get(1)!.state;

  it('changes nothing where the log cannot be written: no edit, no undo, no redo', async () => {
    await using file = await open();
    await file.apply(DISMISS);
    const before = { project: file.project, log: await log() };
    const fails = async (step: () => Promise<void>): Promise<void> => {
      await fillDiskOnce(at('found.json'));
      await expect(step()).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
    };
    await fails(() => file.apply(MUTE));
    await fails(() => file.undo());
    expect(file.project).toBe(before.project);
    expect([file.canUndo, file.canRedo]).toEqual([true, false]);
    expect(await log()).toBe(before.log);
    await file.undo();
    await fails(() => file.redo());
    await fails(() => file.apply(MUTE));
    expect([file.canUndo, file.canRedo, stateOf(file)]).toEqual([false, true, 'covered']);
    await file.redo();
    expect(stateOf(file)).toBe('dismissed');
  });

  it('is as it was decided when it is opened again after a full disk, and after a crash then', async () => {
    {
      await using file = await open();
      await file.apply(DISMISS);
      await fillDiskOnce(at('found.json'));
      await expect(file.apply(MUTE)).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
      await file.apply({ ...MUTE, to: 0.3 });
    }
    await using again = await open();
    expect(again.project.mutes).toEqual([{ id: 1, from: 0.1, to: 0.3 }]);
    expect(stateOf(again)).toBe('dismissed');
  });

  it('undoes what was done before it was saved, and loses nothing where the log fails then', async () => {
    await using file = await open();
    await file.apply(DISMISS);
    await file.save();
    await fillDiskOnce(at('found.json'));
    await expect(file.undo()).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
    expect(stateOf(file)).toBe('dismissed');
    await file.apply(MUTE);
    const saved = await readTracks(at('clip.veil.tracks.json'));
    expect(saved.tracks[0]!.state).toBe('dismissed');
    await file.undo();
    await file.undo();
    expect(stateOf(file)).toBe('covered');
    expect((await readTracks(at('clip.veil.tracks.json'))).tracks[0]!.state).toBeUndefined();
  });

  it('is never saved as a document that could not be read again', async () => {
    const whole = { firstFrame: 0, lastFrame: 0 };
    await using file = await open();
    // More curtains than a document may have.
    const text = `${JSON.stringify({ by: 'ada', at: '2026-01-02T03:04:05Z', edit: { type: 'coverAll', ...whole } })}\n`;
    await file.apply({ type: 'coverAll', ...whole });
    await file[Symbol.asyncDispose]();
    await writeFile(at('clip.veil.edits.jsonl'), `${await log()}${text.repeat(10_001)}`);
    const before = await readFile(at('clip.veil.tracks.json'), 'utf8');
    await using many = await open();
    await expect(many.save()).rejects.toMatchObject({ code: 'TRACKS_INVALID' });
    expect(await readFile(at('clip.veil.tracks.json'), 'utf8')).toBe(before);
  });

  it('knows covers, zones and silences by the same numbers when it is opened again after a save', async () => {
    const end = { firstFrame: 4, lastFrame: 5 };
    {
      await using file = await open();
      for (const to of [0.2, 0.3, 0.4]) await file.apply({ ...MUTE, to });
      await file.apply({ type: 'coverAll', ...end });
      await file.apply({ type: 'coverAll', firstFrame: 0, lastFrame: 1 });
      await file.apply({ type: 'unmute', id: 1 });
      await file.save();
      await file.apply({ type: 'unmute', id: 2 });
      await file.apply({ type: 'removeCoverAll', id: 2 });
    }
    await using again = await open();
    expect(again.project.mutes).toEqual([{ id: 3, from: 0.1, to: 0.4 }]);
    expect(again.project.wholes).toEqual([{ id: 1, ...end }]);
  });

  it('leaves no log and no lock where the tracks cannot be read', async () => {
    await writeFile(at('clip.veil.tracks.json'), '{}');
    await expect(open()).rejects.toMatchObject({ code: 'TRACKS_INVALID' });
    await expect(log()).rejects.toThrow('ENOENT');
    await expect(readFile(at('clip.veil.edits.jsonl.lock'))).rejects.toThrow('ENOENT');
  });

  it('is shown to a second reviewer, who changes nothing until it is taken over from the first', async () => {
    await using first = await open();
    await first.apply(DISMISS);
    await using second = await open();
    expect([second.isReadOnly, second.holder?.pid]).toEqual([true, process.pid]);
    for (const step of [() => second.undo(), () => second.apply(MUTE)]) {
      await expect(step()).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    }
    expect(stateOf(second)).toBe('dismissed');
    await second.save();
    await using third = await open({ takesOver: true });
    await third.apply(MUTE);
    await expect(first.apply(MUTE)).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    await expect(first.undo()).rejects.toMatchObject({ code: 'EDIT_REFUSED' });
    expect([first.isReadOnly, first.project.mutes]).toEqual([true, []]);
    await first.save();
    await first[Symbol.asyncDispose]();
    // The lock of the third still exists.
    await using fourth = await open();
    expect(fourth.isReadOnly).toBe(true);
  });

  it('keeps its log beside it', () => {
    expect(editLogOf('/a/clip.veil.tracks.json')).toBe('/a/clip.veil.edits.jsonl');
    expect(editLogOf('/a/found.json')).toBe('/a/found.edits.jsonl');
  });
});
