import { describe, expect, it } from 'vitest';
import { VeilError } from '../../../src/errors.ts';
import { parseFileJob } from '../../../src/jobs/queue/file-job.ts';
import { FIRST_STATE, parseFileData, parseFileId, parsePartData } from '../../../src/jobs/queue/part-job.ts';
import { fileJob } from '../support/file-job.ts';

/** Invalid values. */
const ODD: readonly unknown[] = [
  ...[
    null,
    undefined,
    true,
    0,
    -1,
    1e308,
    NaN,
    '',
    ' ',
    '..',
    '../x',
    '/etc/passwd',
    'file:/etc/../etc/shadow',
    '\0',
  ],
  ...[
    '%2e%2e/x',
    '-rf',
    '$(reboot)',
    '`id`',
    '${7*7}',
    'http://169.254.169.254/',
    's3://bucket/../x',
    'a\nb',
    '\u202e',
  ],
  ...[
    [],
    {},
    [null],
    { length: 1e9 },
    { __proto__: null },
    { toString: 1 },
    'x'.repeat(100_000),
    Symbol.iterator.toString(),
  ],
];

describe('a job from the queue', () => {
  it('is read', () => {
    expect(parseFileJob(fileJob())).toMatchObject({
      input: { kind: 'file', path: '/mnt/a.mp4' },
      settings: { style: 'blur', cells: 6 },
    });
  });

  it.each([
    ['another format', { format: 'veil-job/2' }],
    ['a field that nobody knows', { command: 'rm' }],
    ['an input that climbs', { input: 'file:/mnt/../etc/passwd' }],
    ['the input as output', { output: 'file:/mnt/a.mp4' }],
    ['a hidden output', { output: 'file:/mnt/.a.mp4' }],
    ['a report in another folder', { report: '../a.report.json' }],
    ['a report of another kind', { report: 'a.mp4' }],
    ['a report with the name of the output', { output: 'file:/mnt/a.json', report: 'A.json' }],
    ['tracks with the name of the report', { tracks: 'a.veil.report.json' }],
    ['the path of a detector', { settings: { detector: '/tmp/evil.onnx' } }],
    ['the name of a model file', { settings: { detector: 'evil.onnx' } }],
    ['a detector that climbs', { settings: { detector: '../evil' } }],
    ['a place for the report among the options', { settings: { report: '/etc/cron.d/x' } }],
    ['an unknown option', { settings: { exec: 'id' } }],
    ['more cells than hide', { settings: { cells: 500 } }],
    ['a review without tracks', { stopsForReview: true, tracks: null }],
    ['a checksum that is none', { model: 'latest' }],
  ])('is refused for %s', (_, change) => {
    expect(() => parseFileJob({ ...fileJob(), ...change })).toThrow(
      expect.objectContaining({ code: 'JOB_INVALID' }),
    );
  });

  it('is refused or harmless whatever one of its values is, and never breaks its reader', () => {
    const job = fileJob() as unknown as Record<string, unknown>;
    const places = ['file:/mnt/', 's3://'];
    for (const key of [...Object.keys(job), 'extra', '__proto__', 'constructor']) {
      for (const value of ODD) {
        const changed: Record<string, unknown>[] = [
          { ...job, [key]: value },
          { ...job, settings: { [key]: value } },
        ];
        for (const data of changed) {
          let parsed;
          try {
            parsed = parseFileJob(data);
          } catch (error) {
            expect(error).toBeInstanceOf(VeilError);
            expect(error).toMatchObject({ code: 'JOB_INVALID' });
            expect((error as VeilError).message.length).toBeLessThan(400);
            continue;
          }
          expect([parsed.report, parsed.tracks ?? ''].join('')).not.toMatch(/[/\\\0]/);
          expect(parsed.settings.detector).toMatch(/^[\w.-]+$/);
          expect(places.some((place) => String(data['input']).startsWith(place))).toBe(true);
        }
      }
    }
    for (const value of ODD) {
      for (const parse of [parseFileJob, parseFileData, parsePartData, parseFileId]) {
        expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'JOB_INVALID' }));
      }
    }
  });

  it('keeps how far it is within bounds', () => {
    expect(parseFileData({ job: fileJob(), state: FIRST_STATE }).state).toEqual(FIRST_STATE);
    for (const change of [
      { run: -1 },
      { step: 'publish' },
      { parts: 1e9 },
      { upload: '' },
      { published: ['x'] },
    ]) {
      expect(() => parseFileData({ job: fileJob(), state: { ...FIRST_STATE, ...change } })).toThrow(
        VeilError,
      );
    }
    const part = { job: fileJob(), file: `file-${'0'.repeat(24)}`, run: 0, part: 0 };
    expect(parsePartData(part).part).toBe(0);
    for (const change of [{ part: 1.5 }, { part: 1e6 }, { file: '../x' }, { run: 'x' }]) {
      expect(() => parsePartData({ ...part, ...change })).toThrow(VeilError);
    }
  });
});
