import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/base/make-folder.ts';
import { configSchema } from '../../src/config/schema.ts';
import { COLUMNS, ORIGINS } from '../../src/documents/track-record.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';
import { renderFile } from '../../src/pipeline/file/render-file.ts';
import { veil } from '../cli/memory-io.ts';
import { ffmpeg } from '../support/covered-file.ts';
import type { TracksInput } from '../../src/documents/tracks-document.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const isLinux = process.platform === 'linux';

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-pix_fmt', 'yuv420p'];
  await ffmpeg(...picture, at('clip.mp4'));
});

describe.skipIf(!isLinux)('a place where no file can be', () => {
  test.each(['/proc/x.mp4', '/proc/a/b.mp4', '/sys/x.mp4'])('%s is refused at once', async (output) => {
    const { code, err } = await veil(['blur', at('clip.mp4'), '-o', output]);
    expect(err).toContain('OUTPUT_UNWRITABLE');
    expect(err).not.toMatch(/does not exist|Make the folder|too little room/);
    expect(code).toBe(1);
  });

  test('takes no folder either', async () => {
    await expect(makeFolder('/proc/a/b/c')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a pipe is not a config file', async () => {
    await promisify(execFile)('mkfifo', [at('pipe')]);
    const { code, err } = await veil(['config', '--config', at('pipe')]);
    expect(err).toContain('CONFIG_INVALID');
    expect(code).toBe(2);
  });

  test('a pipe is neither a video nor a photo', async () => {
    await promisify(execFile)('mkfifo', [at('pipe.jpg')]);
    const { code, err } = await veil(['blur', at('pipe.jpg')]);
    expect(err).toContain('INPUT_UNSUPPORTED');
    expect(code).toBe(1);
  });
});

type Decided = Pick<TracksInput, 'format' | 'tracks' | 'zones'>;
const NOTHING: [why: string, document: Decided, isTold: boolean][] = [
  ['is empty', { format: 'veil-tracks/1', tracks: [] }, true],
  [
    'is ignored by a zone',
    {
      format: 'veil-tracks/2',
      tracks: [{ id: 1, score: 1, detections: 1, boxes: [[0, 20, 20, 10, 10, 0]] }],
      zones: [{ kind: 'ignore', box: [0, 0, 64, 48], firstFrame: 0, lastFrame: 4 }],
    },
    true,
  ],
  [
    'keeps everybody visible on purpose',
    {
      format: 'veil-tracks/2',
      tracks: [
        {
          ...{ id: 1, score: 1, detections: 1, boxes: [[0, 20, 20, 10, 10, 0]] },
          ...{ state: 'kept', kept: { by: 'Ada', at: '2026-01-01T00:00:00.000Z' } },
        },
      ],
    },
    false,
  ],
];

test.each(NOTHING)(
  'a tracks file that covers nothing, since it %s, is told, unless a person decided so',
  async (why, document, isTold) => {
    const place = {
      name: 'clip.mp4',
      bytes: (await stat(at('clip.mp4'))).size,
      width: 64,
      height: 48,
      frames: 5,
    };
    await using source = await openSource({ input: at('clip.mp4'), look: { interval: 1, sizes: [] } });
    const { num, den } = source.info.timeBase;
    const { doubts } = await renderFile({
      input: at('clip.mp4'),
      output: at(`${why.replaceAll(' ', '-')}.mp4`),
      config: configSchema.parse({ anonymizer: 'cpu' }),
      tracks: {
        input: { ...place, timeBase: `${num}/${den}`, start: null, end: null },
        detector: 'none',
        looks: 0,
        origins: ORIGINS,
        columns: COLUMNS,
        ...document,
      },
    });
    expect(doubts).toEqual(isTold ? [expect.stringContaining('covers nothing')] : []);
  },
);

test('a folder is made with those above it, once', async () => {
  expect(await makeFolder(at('a/b/c'))).toBe(at('a'));
  expect(await makeFolder(at('a/b/c'))).toBeNull();
  await writeFile(at('file'), '');
  await expect(makeFolder(at('file/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});
