import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { TrackPlan } from '../../src/documents/track-plan.ts';
import { parseTracks, readTracks, tracksText } from '../../src/documents/tracks-document.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

const row = (frame: number, x = 10): number[] => [frame, x, 20, 30, 40, 0];

/** Two faces in a video of ten frames. */
function document(changes: object = {}): object {
  return {
    format: 'veil-tracks/1',
    versions: { veil: '0.1.0' },
    input: {
      name: 'clip.mp4',
      bytes: 1000,
      width: 320,
      height: 180,
      frames: 10,
      timeBase: '1/12800',
      start: null,
      end: null,
    },
    detector: 'crowd',
    looks: 2,
    origins: ['detected', 'interpolated', 'filled', 'manual'],
    columns: ['frame', 'x', 'y', 'width', 'height', 'origin'],
    curtains: [],
    uncertain: [],
    tracks: [
      { id: 1, score: 0.9, detections: 2, boxes: [row(0), row(1), row(2)] },
      { id: 2, boxes: [row(5).slice(0, 5), row(7)] },
    ],
    ...changes,
  };
}

const withBoxes = (...boxes: unknown[]): object => document({ tracks: [{ id: 1, boxes }] });
const withKeys = (...keys: unknown[]): object => document({ tracks: [{ id: 1, keys }] });

describe('a tracks document', () => {
  test('is read as it was written, with a line for each box', () => {
    const curtains = [1, 3].map((frame) => ({ firstFrame: frame, lastFrame: frame }));
    const tracks = parseTracks(document({ curtains }));
    const text = tracksText(tracks);
    expect(parseTracks(JSON.parse(text))).toEqual(tracks);
    expect(text).toContain('\n[1,10,20,30,40,0],\n');
    expect(text).toContain('\n    {"firstFrame":1,"lastFrame":1},\n');
    const none = parseTracks(document({ tracks: [] }));
    expect(parseTracks(JSON.parse(tracksText(none)))).toEqual(none);
  });

  test.each([
    ['no document', 7, 'expected object'],
    ['another format', document({ format: 'veil-tracks/9' }), 'format: '],
    ['a misspelt field', document({ curtain: [] }), '"curtain"'],
    [
      'two tracks of one id',
      document({ tracks: [1, 1].map((id) => ({ id, boxes: [row(0)] })) }),
      'tracks[1].id',
    ],
    ['a track without boxes', document({ tracks: [{ id: 1 }] }), 'either boxes or keys'],
    [
      'a track with both',
      document({ tracks: [{ id: 1, boxes: [row(0)], keys: [[0, 1, 1, 1, 1]] }] }),
      'either',
    ],
    ['an empty track', withBoxes(), 'tracks[0].boxes'],
    ['a short row', withBoxes([0, 1, 2, 3]), 'tracks[0].boxes[0]'],
    [
      'a text for a number',
      withBoxes([0, '1', 2, 3, 4]),
      'tracks[0].boxes[0]: must be a list of 5 or 6 numbers',
    ],
    [
      'null for a number',
      withBoxes([0, null, 2, 3, 4]),
      'tracks[0].boxes[0]: must be a list of 5 or 6 numbers',
    ],
    ['NaN', withBoxes([0, NaN, 2, 3, 4]), 'tracks[0].boxes[0]: must be a list of 5 or 6 numbers'],
    [
      'a box without end',
      withBoxes([0, 1, 2, Infinity, 4]),
      'tracks[0].boxes[0]: must be a list of 5 or 6 numbers',
    ],
    ['a frame after the end', withBoxes(row(0), row(10)), 'boxes[1]: frame 10 is not in the video'],
    ['a frame before the start', withBoxes(row(-1)), 'frame -1 is not'],
    ['half a frame', withBoxes(row(0.5)), 'frame 0.5 is not'],
    ['a frame twice', withBoxes(row(3), row(3)), 'frames must rise'],
    [
      'frames out of order',
      withKeys([4, 1, 1, 5, 5], [2, 1, 1, 5, 5]),
      'keys[1]: frame 2 comes after frame 4',
    ],
    ['an empty box', withBoxes([0, 10, 10, 0, 10]), 'more than 0'],
    ['a box that is turned over', withBoxes([0, 10, 10, 10, -10]), 'more than 0'],
    ['a box by hand outside the picture', withBoxes([0, 320, 20, 30, 40]), 'outside the picture'],
    ['a key outside the picture', withKeys([0, 10, -40, 30, 40]), 'outside the picture'],
    ['a box far away', withBoxes([0, 700, 20, 30, 40, 0]), 'outside the picture'],
    ['a box that is far too large', withBoxes([0, 0, 0, 1e9, 40, 0]), 'four times the picture'],
    ['an origin that there is not', withBoxes([...row(0).slice(0, 5), 4]), 'unknown origin 4'],
    ['half an origin', withBoxes([...row(0).slice(0, 5), 0.5]), 'unknown origin 0.5'],
    [
      'a curtain after the end',
      document({ curtains: [{ firstFrame: 2, lastFrame: 10 }] }),
      'frame 10 is not',
    ],
    [
      'a curtain that is turned over',
      document({ curtains: [{ firstFrame: 4, lastFrame: 3 }] }),
      'curtains[0]',
    ],
    [
      'more tracks in a frame than can be',
      document({ tracks: Array.from({ length: 2001 }, (_, i) => ({ id: i + 1, boxes: [row(3)] })) }),
      'more than 2000 tracks at frame 3',
    ],
    [
      'other columns',
      document({ columns: ['frame', 'y', 'x', 'width', 'height', 'origin'] }),
      'columns: must be',
    ],
  ])('with %s is refused, and the message says where', (_, value, message) => {
    expect(() => parseTracks(value)).toThrow(
      expect.objectContaining({
        code: 'TRACKS_INVALID',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test('with a field twice is refused: the last would count, and the other would not be covered', async () => {
    const text = JSON.stringify(document());
    await writeFile(at('tracks.json'), `${text.slice(0, -1)},"tracks":[]}`);
    await expect(readTracks(at('tracks.json'))).rejects.toMatchObject({ code: 'TRACKS_INVALID' });
    for (const [name, from] of [
      ['boxes', '"boxes":'],
      ['firstFrame', '"firstFrame":'],
      ['input', '"input":'],
    ] as const) {
      const whole = JSON.stringify(document({ curtains: [{ firstFrame: 1, lastFrame: 2 }] }));
      await writeFile(at('twice.json'), whole.replace(from, `${from}0,${from}`));
      await expect(readTracks(at('twice.json'))).rejects.toMatchObject({
        code: 'TRACKS_INVALID',
        message: expect.stringContaining(`the name "${name}" twice`) as unknown,
      });
    }
  });

  test('may have a face that a tracker followed out of the picture', () => {
    expect(parseTracks(withBoxes([0, 330, 20, 30, 40, 2])).tracks).toHaveLength(1);
  });

  test('is told apart from a missing file, invalid JSON and a file that is too large', async () => {
    await mkdir(at('folder'));
    await writeFile(at('text.json'), 'not { json');
    await writeFile(at('large.json'), '');
    await truncate(at('large.json'), 385 * 1024 ** 2);
    await expect(readTracks(at('missing.json'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    for (const name of ['folder', 'text.json', 'large.json']) {
      await expect(readTracks(at(name))).rejects.toMatchObject({ code: 'TRACKS_INVALID' });
    }
  });
});

describe('what a document covers', () => {
  test('is each row in its frame, drawn by hand where it does not say how it came about', () => {
    const plan = new TrackPlan(parseTracks(document()));
    const frames = Array.from({ length: 10 }, (_, frame) => plan.boxesAt(frame)!);
    const back = Array.from({ length: 10 }, (_, index) => plan.boxesAt(9 - index)!);
    expect(back.reverse()).toEqual(frames);
    expect(frames.map((boxes) => boxes.map(({ trackId }) => trackId))).toEqual([
      ...[[1], [1], [1], [], []],
      ...[[2], [], [2], [], []],
    ]);
    expect(frames[1]).toEqual([
      { trackId: 1, box: { x: 10, y: 20, width: 30, height: 40 }, origin: 'detected', score: 0.9 },
    ]);
    expect(frames[5]![0]!.origin).toBe('manual');
  });

  test('moves evenly between keys, and is nowhere before the first and after the last', () => {
    const plan = new TrackPlan(
      parseTracks(withKeys([2, 10, 20, 30, 40], [5, 13, 20, 30, 46], [6, 0, 20, 30, 40])),
    );
    const boxes = Array.from({ length: 10 }, (_, frame) => plan.boxesAt(frame)![0]?.box);
    expect(boxes.map((box) => box?.x)).toEqual([
      undefined,
      undefined,
      10,
      11,
      12,
      13,
      0,
      undefined,
      undefined,
      undefined,
    ]);
    expect(boxes[4]).toEqual({ x: 12, y: 20, width: 30, height: 44 });
  });

  test('is in order of the ids, whoever comes first', () => {
    const tracks = [
      { id: 9, boxes: [row(0), row(1), row(2)] },
      { id: 3, boxes: [row(1), row(2)] },
    ];
    const plan = new TrackPlan(parseTracks(document({ tracks })));
    expect([0, 1].map((frame) => plan.boxesAt(frame)!.map(({ trackId }) => trackId))).toEqual([[9], [3, 9]]);
  });

  test('is everything in a curtain, and the tracks go on after it', () => {
    const curtains = [{ firstFrame: 1, lastFrame: 1 }];
    const plan = new TrackPlan(parseTracks(document({ curtains })));
    expect([0, 1, 2].map((frame) => plan.boxesAt(frame)?.length ?? null)).toEqual([1, null, 1]);
  });
});
