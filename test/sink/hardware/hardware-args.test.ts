import { describe, expect, test } from 'vitest';
import type { Codec } from '../../../src/config/codecs.ts';
import { encodeArgs, partArgs, trialArgs, type EncodeOptions } from '../../../src/sink/file/encode-args.ts';
import { hardwareQualityArgs } from '../../../src/sink/hardware/hardware-args.ts';
import {
  HARDWARE,
  hardwareOn,
  isHardware,
  type HardwareEncoder,
} from '../../../src/sink/hardware/hardware-encoders.ts';
import { NODE, optionsFor } from '../../support/hardware-options.ts';

const CODECS = Object.keys(HARDWARE) as Codec[];
const EVERY = CODECS.flatMap((codec) => HARDWARE[codec].map((encoder) => [encoder, codec] as const));
test.each([
  ['h264_nvenc', '-preset medium -rc constqp -qp 20 -bf 0 -g 250'],
  ['hevc_nvenc', '-preset medium -rc constqp -qp 24 -bf 0 -g 250'],
  ['av1_nvenc', '-preset medium -rc constqp -qp 120 -bf 0 -g 250'],
  ['h264_qsv', '-preset fast -q:v 20 -bf 0 -g 250'],
  ['hevc_qsv', '-preset fast -q:v 24 -bf 0 -g 250'],
  ['av1_qsv', '-preset fast -q:v 120 -bf 0 -g 250'],
  ['h264_vaapi', '-qp 20 -bf 0 -g 250'],
  ['hevc_vaapi', '-qp 24 -bf 0 -g 250'],
  ['av1_vaapi', '-rc_mode CQP -global_quality 120 -bf 0 -g 250'],
  ['h264_videotoolbox', '-allow_sw 0 -q:v 65 -bf 0 -g 250'],
  ['hevc_videotoolbox', '-allow_sw 0 -q:v 58 -bf 0 -g 250'],
] as const)('%s gets the default rate factor and the effort in its own words', (encoder, text) => {
  const [, codec] = EVERY.find(([name]) => name === encoder)!;
  expect(encodeArgs(optionsFor(encoder, codec)).join(' ')).toContain(`-c:v ${encoder} ${text} `);
});

test('every encoder is in that list of arguments', () => {
  expect(EVERY).toHaveLength(11);
});

test('quality stays within the scale of each encoder', () => {
  const words = (encoder: HardwareEncoder, crf: number): string =>
    hardwareQualityArgs(encoder, { crf, preset: 'medium' }, 8).join(' ');
  // 0 would mean lossless, or the default.
  expect(words('h264_qsv', 0)).toContain('-q:v 1 ');
  expect(words('h264_vaapi', 0)).toContain('-qp 1 ');
  expect(words('av1_vaapi', 63)).toContain('-global_quality 252 ');
  expect(words('h264_videotoolbox', 51)).toContain('-q:v 11 ');
  expect(words('hevc_videotoolbox', 0)).toContain('-q:v 100 ');
});

test.each(['ultrafast', 'superfast', 'veryfast'] as const)('Quick Sync knows no %s', (preset) => {
  expect(hardwareQualityArgs('h264_qsv', { crf: 20, preset }, 8)).toContain('veryfast');
});

describe.each(EVERY)('%s', (encoder, codec) => {
  const text = (more: Partial<EncodeOptions> = {}): string =>
    encodeArgs(optionsFor(encoder, codec, more)).join(' ');

  test('is given the samples of the frames in the order that it takes', () => {
    const [eight, ten] = [text(), text({ format: 'yuv420p10' })];
    if (encoder.endsWith('vaapi')) {
      expect(eight).toMatch(/-vf format=nv12,setsar\S+,hwupload /);
      expect(ten).toMatch(/-vf format=p010le,setsar\S+,hwupload /);
      expect(eight).not.toContain('-pix_fmt');
    } else {
      expect(eight).toMatch(/-pix_fmt nv12 .*-vf format=nv12,setsar/);
      expect(ten).toMatch(/-pix_fmt p010le .*-vf format=p010le,setsar/);
      expect(eight).not.toContain('hwupload');
    }
  });

  test('has its device opened before anything is read', () => {
    const args = encodeArgs(optionsFor(encoder, codec));
    const at = args.indexOf('-init_hw_device');
    expect(at >= 0).toBe(encoder.endsWith('vaapi'));
    if (at < 0) return;
    expect(args[at + 1]).toBe(`vaapi=card:${NODE}`);
    expect(at).toBeLessThan(args.indexOf('-i'));
  });

  test('leaves no message of itself in the stream', () => {
    const units = { h264: '6', h265: '39|40', av1: '5', vp9: '' }[codec];
    expect(text()).toContain(`-bsf:v filter_units=remove_types=${units},setts=`);
  });

  test('is tried with the arguments of a run', () => {
    const options = optionsFor(encoder, codec);
    const trial = trialArgs(options);
    expect(trial.at(-1)).toBe('pipe:1');
    expect(trial.slice(0, -1)).toEqual(partArgs(options).slice(0, -2));
    const inRun = encodeArgs({ ...options, endTime: null });
    const [from, to] = [inRun.indexOf('-c:v'), inRun.indexOf('-bsf:v') + 2];
    expect(trial.join(' ')).toContain(inRun.slice(from, to).join(' '));
  });
});

test('10 bits of HEVC are asked of VideoToolbox by a profile', () => {
  const args = hardwareQualityArgs('hevc_videotoolbox', { crf: 24, preset: 'medium' }, 10);
  expect(args.join(' ')).toContain('-profile:v main10');
});

test('encoders belong to systems', () => {
  expect(hardwareOn('h264', 'darwin')).toEqual(['h264_videotoolbox']);
  expect(hardwareOn('h264', 'win32')).toEqual(['h264_nvenc', 'h264_qsv']);
  expect(hardwareOn('h265', 'linux')).toEqual(['hevc_nvenc', 'hevc_qsv', 'hevc_vaapi']);
  expect(hardwareOn('vp9', 'linux')).toEqual([]);
  expect(hardwareOn('av1', 'darwin')).toEqual([]);
  expect(isHardware('libx264')).toBe(false);
});
