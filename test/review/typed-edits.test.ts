import { describe, expect, it } from 'vitest';
import { TrackPlan } from '../../src/documents/track-plan.ts';
import { parseTracks, type TracksDocument } from '../../src/documents/tracks-document.ts';
import { stillBoxes } from '../support/tracks-document.ts';
import { applyTypedEdits, readAdd, readDrop, readDropAt, readZone } from '../../src/review/typed-edits.ts';

/** Two tracks in ten frames, a tenth of a second each. */
function found(): TracksDocument {
  return parseTracks({
    format: 'veil-tracks/1',
    input: {
      ...{ name: 'clip.mp4', bytes: 1000, width: 320, height: 180, frames: 10 },
      ...{ timeBase: '1/12800', start: null, end: null },
    },
    detector: 'crowd',
    looks: 2,
    origins: ['detected', 'interpolated', 'filled', 'manual'],
    columns: ['frame', 'x', 'y', 'width', 'height', 'origin'],
    tracks: [10, 200].map((x, index) => ({ id: index + 1, boxes: stillBoxes(x) })),
  });
}

const TIMES = Array.from({ length: 10 }, (_, frame) => frame / 10);

function covered(document: TracksDocument, frame: number): number[] {
  return new TrackPlan(document).boxesAt(frame)!.map(({ trackId }) => trackId);
}

describe('edits that are typed', () => {
  it('drop tracks by number, or by a time and a point', () => {
    expect(covered(applyTypedEdits(found(), readDrop('1'), []), 5)).toEqual([2]);
    expect(covered(applyTypedEdits(found(), [readDropAt('0.55s,215,40')], TIMES), 5)).toEqual([1]);
    expect(() => applyTypedEdits(found(), [readDropAt('0.5,100,40')], TIMES)).toThrow('No track covers');
    expect(() => applyTypedEdits(found(), readDrop('1,7'), [])).toThrow('no track 7');
  });

  it('add a box from the frame that is shown at the first time to the one at the last', () => {
    const document = applyTypedEdits(found(), [readAdd('0.25-0.5s,100,50,20,20')], TIMES);
    expect([1, 2, 5, 6].map((frame) => covered(document, frame).includes(3))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('add zones, for a time or for the whole video', () => {
    const whole = applyTypedEdits(found(), [readZone('cover,0,0,50,50')], []);
    const part = applyTypedEdits(found(), [readZone('cover,0.1-0.2s,0,0,50,50')], TIMES);
    expect([0, 9].map((frame) => covered(whole, frame).includes(-1))).toEqual([true, true]);
    expect([0, 1, 2, 3].map((frame) => covered(part, frame).includes(-1))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('refuse spans in which no frame is shown', () => {
    const late = TIMES.map((time) => time + 0.5);
    const adding =
      (text: string, times = TIMES) =>
      () =>
        applyTypedEdits(found(), [readAdd(`${text},9,9,20,20`)], times);
    expect(adding('3-4s')).toThrow('No frame is shown from 3 s to 4 s');
    expect(adding('0.1-0.4s', late)).toThrow('No frame is shown');
    expect(covered(adding('0.95-9s')(), 9)).toEqual([1, 2, 3]);
    expect(covered(adding('0-0.5s', late)(), 0)).toEqual([1, 2, 3]);
  });

  it('refuse times where the file does not say when its frames are shown', () => {
    expect(() => applyTypedEdits(found(), [readDropAt('0.5,215,40')], [])).toThrow('does not say when');
  });

  it.each([
    ['--drop', () => readDrop('x')],
    ['--drop', () => readDrop('0')],
    ['--drop-at', () => readDropAt('1s,2')],
    ['--add', () => readAdd('3-1s,1,2,3,4')],
    ['--zone', () => readZone('hide,1,2,3,4')],
    ['--zone', () => readZone('cover,1,2,3')],
  ])('are refused with an example where %s cannot be read', (flag, read) => {
    expect(read).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(flag) as unknown,
        hint: expect.stringContaining('such as') as unknown,
      }),
    );
  });
});
