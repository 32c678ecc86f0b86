import { expect, test } from 'vitest';
import type { VideoStream } from '../../../src/ffmpeg/streams.ts';
import { planColor } from '../../../src/source/file/color-plan.ts';

const NO_COLOR = { range: null, space: null, primaries: null, transfer: null };
const FILTERS = new Set(['zscale', 'tonemap', 'scale', 'format']);

function video(changed: Partial<VideoStream>): VideoStream {
  return {
    ...{
      index: 0,
      codec: 'h264',
      width: 640,
      height: 360,
      rotation: 0,
      crop: null,
      projection: null,
      views: null,
    },
    ...{ tick: { num: 1, den: 12_800 }, timeBase: { num: 1, den: 12_800 }, frameRate: { num: 25, den: 1 } },
    ...{ sampleAspectRatio: { num: 1, den: 1 }, pixelFormat: 'yuv420p', bitDepth: 8, color: NO_COLOR },
    ...{ fieldOrder: 'progressive', frameCount: null, duration: null, startTime: 0, dolbyVision: null },
    tags: {},
    ...changed,
  };
}

const PQ = { range: 'tv', space: 'bt2020nc', primaries: 'bt2020', transfer: 'smpte2084' };

test('ordinary video keeps its samples and its tags, without a note', () => {
  const color = { ...NO_COLOR, range: 'tv', space: 'smpte170m' };
  expect(planColor(video({ color }), FILTERS, true)).toMatchObject({
    ...{ input: [], filters: ['format=yuv420p'], frameFilters: [], format: 'yuv420p', notes: [], color },
  });
});

test.each([
  ['yuvj420p', null, ['format=yuvj420p']],
  ['yuv420p', 'pc', ['scale=in_range=pc:out_range=pc', 'format=yuvj420p']],
])('full range (%s, %s) stays full range', (pixelFormat, range, filters) => {
  const plan = planColor(video({ pixelFormat, color: { ...NO_COLOR, range } }), FILTERS, false);
  expect(plan.filters).toEqual(filters);
  expect(plan.color.range).toBe('pc');
});

test('RGB becomes BT.709 in limited range, and says what it is', () => {
  const plan = planColor(video({ pixelFormat: 'gbrp' }), FILTERS, false);
  expect(plan.filters).toEqual(['scale=out_color_matrix=bt709:out_range=tv', 'format=yuv420p']);
  expect(plan.color).toMatchObject({ space: 'bt709', range: 'tv' });
});

test('what is transparent becomes black before anything else, and that is said', () => {
  const plan = planColor(video({ pixelFormat: 'yuva420p' }), FILTERS, false);
  expect(plan.filters.slice(0, 2)).toEqual(['format=yuva444p', 'premultiply=inplace=1']);
  expect(plan.notes.join()).toContain('Transparency is not kept');
  const vp9 = planColor(video({ codec: 'vp9', tags: { alpha_mode: '1' } }), FILTERS, false);
  expect(vp9.input).toEqual(['-c:v', 'libvpx-vp9']);
});

test('more than 8 bits are kept as 10 where the output can hold them; what is lost is said', () => {
  const deep = video({ pixelFormat: 'yuv422p10le', bitDepth: 10 });
  expect(planColor(deep, FILTERS, true)).toMatchObject({ format: 'yuv420p10' });
  const plan = planColor(deep, FILTERS, false);
  expect(plan.format).toBe('yuv420p');
  expect(plan.notes.join('\n')).toMatch(/from 10 to 8 bits[^]*4:2:0 instead of 4:2:2/);
});

test('HDR stays HDR or becomes SDR; the detector sees SDR either way', () => {
  const hdr = video({ pixelFormat: 'yuv420p10le', bitDepth: 10, color: PQ });
  const kept = planColor(hdr, FILTERS, true);
  expect(kept).toMatchObject({ format: 'yuv420p10', color: PQ, frameFilters: [] });
  const converted = planColor(hdr, FILTERS, false);
  expect(converted).toMatchObject({ format: 'yuv420p', color: { transfer: 'bt709' } });
  expect(converted.pictureFilters).toEqual(kept.pictureFilters);
  expect(kept.pictureFilters.length).toBeGreaterThan(0);
});

test.each([
  ['an ffmpeg without zscale', video({ color: PQ }), new Set<string>()],
  ['Dolby Vision of profile 5', video({ dolbyVision: 5 }), FILTERS],
])('HDR that cannot be converted properly is refused: %s', (_, stream, filters) => {
  expect(() => planColor(stream, filters, true)).toThrow(
    expect.objectContaining({ code: 'INPUT_UNSUPPORTED' }),
  );
});

test.each(['rgb48be', 'bgr48le', 'rgb24'])('%s is not made coarser before it is converted', (pixelFormat) => {
  const { filters } = planColor(video({ pixelFormat, bitDepth: 16 }), FILTERS, true);
  expect(filters[0]).toBe('scale=out_color_matrix=bt709:out_range=tv');
});
