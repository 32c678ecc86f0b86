import { expect, test } from 'vitest';
import { refusePattern } from '../../src/ffmpeg/file-pattern.ts';
import { parseLiveInput } from '../../src/source/live/live-input.ts';

test.each(['f%03d.bmp', 'a%d/b.tiff', 'f%*.jpg', 'f%?.dpx'])(
  '%j would read other files, and is refused',
  (name) => {
    const refusal = expect.objectContaining({ code: 'INPUT_UNSUPPORTED' }) as Error;
    expect(() => {
      refusePattern(name);
    }).toThrow(refusal);
    expect(() => parseLiveInput(name, true, 'linux')).toThrow(refusal);
  },
);

test.each(['100%.bmp', '100%done.mp4', 'a.bmp'])('%j is read as it is', (name) => {
  expect(() => {
    refusePattern(name);
  }).not.toThrow();
});
