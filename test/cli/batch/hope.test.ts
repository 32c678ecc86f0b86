import { describe, expect, it } from 'vitest';
import { Hope } from '../../../src/cli/batch/hope.ts';
import { VeilError, type ErrorCode } from '../../../src/errors.ts';

const error = (code: ErrorCode): VeilError => new VeilError(code, code);

describe('a batch in several processes', () => {
  it('goes on where one process can have no detector, and ends where none can', () => {
    const hope = new Hope(3);
    const lost = [
      'DETECTOR_UNAVAILABLE',
      'INPUT_NOT_MEDIA',
      'ENGINE_UNAVAILABLE',
      'DETECTOR_UNAVAILABLE',
    ] as const;
    expect(lost.map((code) => hope.isLostWith(error(code)))).toEqual([false, false, false, true]);
  });

  it('goes on for as long as any file was covered', () => {
    const hope = new Hope(1);
    hope.keep();
    expect(hope.isLostWith(error('DETECTOR_UNAVAILABLE'))).toBe(false);
    expect(hope.isLostWith(new Error('something else'))).toBe(false);
  });

  it('ends at once without a model', () => {
    expect(new Hope(8).isLostWith(error('MODEL_NOT_FOUND'))).toBe(true);
  });
});
