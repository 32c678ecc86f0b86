import { describe, expect, it } from 'vitest';
import { encodingFor } from '../../src/config/encoding.ts';
import { resolveConfig } from '../../src/config/load.ts';

const video = resolveConfig().video;

describe('encodingFor', () => {
  it.each([
    ['a.mp4', 'h264', 20],
    ['a.MOV', 'h264', 20],
    ['a.mkv', 'h264', 20],
    ['a.webm', 'vp9', 31],
  ])('takes a codec that %s can hold', (output, codec, crf) => {
    expect(encodingFor(video, output)).toMatchObject({ codec, crf });
  });

  it('gives each codec a rate factor of its own scale, unless one was asked for', () => {
    expect(encodingFor({ ...video, codec: 'h265' }, 'a.mp4').crf).toBe(24);
    expect(encodingFor({ ...video, codec: 'h265', crf: 18 }, 'a.mp4').crf).toBe(18);
  });

  it('refuses a codec that the container does not hold, and says which it holds', () => {
    expect(() => encodingFor({ ...video, codec: 'h264' }, 'a.webm')).toThrow("A .webm file can't hold h264.");
    expect(() => encodingFor({ ...video, codec: 'vp9' }, 'a.mov')).toThrow("A .mov file can't hold vp9.");
  });

  it('refuses a rate factor beyond the codec', () => {
    expect(() => encodingFor({ ...video, crf: 60 }, 'a.mp4')).toThrow('crf 60 is out of range for h264');
    expect(encodingFor({ ...video, crf: 60 }, 'a.webm').crf).toBe(60);
  });

  it('refuses other containers', () => {
    expect(() => encodingFor(video, 'a.avi')).toThrow('Veil does not write .avi.');
  });
});
