import { describe, expect, it } from 'vitest';
import { TrackPlan } from '../../src/documents/track-plan.ts';
import { parseTracks, tracksText, type TracksDocument } from '../../src/documents/tracks-document.ts';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import type { Edit } from '../../src/review/edits/edit.ts';
import { documentOf, projectOf } from '../../src/review/project-document.ts';
import { stillBoxes, tracksDocument } from '../support/tracks-document.ts';

const KEPT = { by: 'ada', at: '2026-01-02T03:04:05Z' };

/** A document with one of its tracks changed. */
function withTrack(document: TracksDocument, id: number, changes: object): TracksDocument {
  const tracks = document.tracks.map((track) => (track.id === id ? { ...track, ...changes } : track));
  return { ...document, tracks };
}

/** The tracks file after these edits, written and read back. */
function after(...edits: readonly Edit[]): TracksDocument {
  const document = tracksDocument();
  const project = edits.reduce(applyEdit, projectOf(document));
  return parseTracks(JSON.parse(tracksText(documentOf(project, document))));
}

function idsAt(document: TracksDocument, frame: number): number[] | null {
  return new TrackPlan(document).boxesAt(frame)?.map(({ trackId }) => trackId) ?? null;
}

describe('a tracks document with decisions', () => {
  it('is the same as before, in the older format, where nothing is decided', () => {
    expect(after()).toEqual(tracksDocument());
    expect(tracksText(after())).toBe(tracksText(tracksDocument()));
  });

  it('covers nothing that was dismissed', () => {
    const document = after({ type: 'decide', tracks: [2], state: 'dismissed' });
    expect(document.format).toBe('veil-tracks/2');
    expect(idsAt(document, 3)).toEqual([1]);
    expect(new TrackPlan(document).tracks().map(({ id }) => id)).toEqual([1]);
  });

  it('covers a kept person only where it is uncertain that it is this person', () => {
    const document = after({ type: 'decide', tracks: [1], state: 'kept', ...KEPT });
    expect([5, 6, 7, 8].map((frame) => idsAt(document, frame))).toEqual([[2], [1, 2], [1, 2], [2]]);
  });

  it('covers a kept person again who comes back: it may be somebody else', () => {
    const document = after({ type: 'decide', tracks: [2], state: 'kept', ...KEPT });
    const rows = stillBoxes(200).filter(([frame]) => frame !== 4);
    const changed = withTrack(document, 2, { boxes: rows });
    expect([3, 4, 5, 9].map((frame) => idsAt(changed, frame))).toEqual([[1], [1], [1, 2], [1, 2]]);
    // Regardless of manual changes elsewhere in it.
    expect(idsAt(withTrack(changed, 2, { byHand: true }), 9)).toEqual([1, 2]);
    expect(idsAt(withTrack(changed, 2, { joined: [5] }), 9)).toEqual([1]);
  });

  it('covers a kept person again whom nobody saw for more than 15 frames, until the end', () => {
    const kept = (rows: number[][], more: object = {}): (number[] | null)[] => {
      const document = after({ type: 'decide', tracks: [2], state: 'kept', ...KEPT });
      const long = { ...document, input: { ...document.input, frames: 100 } };
      const plan = withTrack(long, 2, { boxes: rows, ...more });
      return [0, 19, 20, 21, 36, 37, 60].map((frame) => idsAt(plan, frame));
    };
    // Detected in frames 0 to 20, then again from a given frame on.
    const seenAgain = (again: number): number[][] =>
      Array.from({ length: 61 }, (_, frame) => [
        frame,
        200,
        20,
        30,
        40,
        frame <= 20 || frame >= again ? 0 : 1,
      ]);
    const [none, both] = [[], [2]];
    expect(kept(seenAgain(36))).toEqual([[1], none, none, none, none, none, none]);
    expect(kept(seenAgain(37))).toEqual([[1], none, none, both, both, both, both]);
    const byHand = seenAgain(37).map((row) => (row[0] === 30 ? row.slice(0, 5) : row));
    expect(kept(byHand)).toEqual([[1], none, none, none, none, none, none]);
    expect(kept(seenAgain(37), { joined: [25] })).toEqual([[1], none, none, none, none, none, none]);
  });

  it('covers a kept person before the first sighting, where that is more than 15 frames', () => {
    const document = after({ type: 'decide', tracks: [2], state: 'kept', ...KEPT });
    const seenFrom = (first: number): TracksDocument => {
      const rows = Array.from({ length: 40 }, (_, frame) => [frame, 200, 20, 30, 40, frame >= first ? 0 : 2]);
      const long = { ...document, input: { ...document.input, frames: 100 } };
      return withTrack(long, 2, { boxes: rows });
    };
    expect([10, 15, 16, 39].map((frame) => idsAt(seenFrom(16), frame))).toEqual([[2], [2], [], []]);
    expect([10, 15, 39].map((frame) => idsAt(seenFrom(15), frame))).toEqual([[], [], []]);
    expect(idsAt(seenFrom(99), 39)).toEqual([2]);
  });

  it('keeps where a hand joined two tracks, and refuses frames there that are not in the video', () => {
    const first = after({ type: 'split', track: 1, frame: 5 }, { type: 'merge', tracks: [1, 3] });
    expect(first.tracks[0]).toMatchObject({ id: 1, joined: [5] });
    expect(first.format).toBe('veil-tracks/2');
    for (const joined of [[10], [5, 5], [5.5], []]) {
      expect(() => parseTracks(withTrack(first, 1, { joined }))).toThrow('tracks[0].joined');
    }
  });

  it('keeps both parts of a doubt where its track was split, in numbers and words', () => {
    const document = after({ type: 'split', track: 1, frame: 7 });
    expect(document.uncertain).toEqual([
      { trackId: 1, reason: 'long-gap', firstFrame: 6, lastFrame: 6, risk: 0.4 },
      { trackId: 3, reason: 'long-gap', firstFrame: 7, lastFrame: 7, risk: 0.4 },
    ]);
  });

  it('refuses a kept person whom nobody answers for, and decisions in the older format', () => {
    const document = after({ type: 'decide', tracks: [1], state: 'kept', ...KEPT });
    const [first] = document.tracks;
    expect(() => parseTracks({ ...document, tracks: [{ ...first, kept: undefined }] })).toThrow(
      'tracks[0].kept',
    );
    expect(() => parseTracks({ ...document, format: 'veil-tracks/1' })).toThrow(
      'format: must be "veil-tracks/2"',
    );
  });

  it('covers a zone as a rectangle, in its frames alone', () => {
    const box = { x: 100, y: 50, width: 40, height: 30 };
    const document = after({ type: 'addZone', kind: 'cover', firstFrame: 2, lastFrame: 4, ...box });
    const boxes = [1, 2, 4, 5].map((frame) =>
      new TrackPlan(document).boxesAt(frame)!.filter((it) => it.kind === 'zone'),
    );
    const zone = { trackId: -1, kind: 'zone', box, origin: 'manual', score: 1 };
    expect(boxes).toEqual([[], [zone], [zone], []]);
  });

  it('leaves open what a detector finds in a zone that is ignored, but not what a hand drew there', () => {
    const document = after(
      { type: 'addZone', kind: 'ignore', firstFrame: 0, lastFrame: 9, x: 0, y: 0, width: 100, height: 180 },
      {
        type: 'add',
        isKeyed: true,
        rows: [
          [0, 20, 20, 30, 40],
          [9, 20, 20, 30, 40],
        ],
      },
    );
    expect(idsAt(document, 5)).toEqual([2, 3]);
  });

  it('covers every pixel outside the areas that alone stay visible, and none inside', () => {
    const whole = { firstFrame: 0, lastFrame: 9 };
    const document = after(
      { type: 'addZone', kind: 'only', ...whole, x: 20, y: 10, width: 100, height: 60 },
      { type: 'addZone', kind: 'only', ...whole, x: 80, y: 40, width: 300, height: 60 },
    );
    const zones = new TrackPlan(document).boxesAt(0)!.filter(({ kind }) => kind === 'zone');
    for (let y = 0.5; y < 180; y += 1) {
      for (let x = 0.5; x < 320; x += 1) {
        const isVisible = (x > 20 && x < 120 && y > 10 && y < 70) || (x > 80 && y > 40 && y < 100);
        const covers = zones.filter(
          ({ box }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height,
        );
        if (covers.length > 0 === isVisible) expect.fail(`pixel ${x}, ${y}: ${covers.length} covers`);
      }
    }
  });

  it('keeps groups, silence, whole covers and what was reviewed', () => {
    const document = after(
      { type: 'group', tracks: [1, 2], isTogether: true },
      { type: 'mute', from: 0.1, to: 0.2 },
      { type: 'coverAll', firstFrame: 1, lastFrame: 2 },
      { type: 'review', spans: [0], isReviewed: true },
    );
    expect(document.tracks.map(({ person }) => person)).toEqual([1, 1]);
    expect(document.mutes).toEqual([{ from: 0.1, to: 0.2 }]);
    expect(idsAt(document, 2)).toBeNull();
    expect(document.uncertain[0]!.reviewed).toBe(true);
  });
});
