import { describe, expect, it } from 'vitest';
import { Deferred } from '../../src/base/deferred.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { LazyDetector } from '../../src/detect/lazy-detector.ts';
import { VeilError } from '../../src/errors.ts';

function detector(name: string): {
  opened: Detector & { ended: Promise<void> };
  end: () => void;
  closed: () => boolean;
} {
  const ended = new Deferred<void>();
  let isClosed = false;
  const opened = {
    ...{ name, description: name, ended: ended.promise, detect: () => Promise.resolve([]) },
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  } as unknown as Detector & { ended: Promise<void> };
  return {
    opened,
    end: () => {
      ended.resolve();
    },
    closed: () => isClosed,
  };
}

describe('a detector that is opened when needed', () => {
  it('is opened once, and again for what comes after one that ended', async () => {
    const made = [detector('first'), detector('second')];
    let count = 0;
    const lazy = new LazyDetector(() => Promise.resolve(made[count++]!.opened));
    expect((await lazy.get()).name).toBe('first');
    expect((await lazy.get()).name).toBe('first');
    made[0]!.end();
    await made[0]!.opened.ended;
    expect((await lazy.get()).name).toBe('second');
    await lazy[Symbol.asyncDispose]();
    expect(made.map(({ closed }) => closed())).toEqual([false, true]);
  });

  it('is tried again after it could not be opened, and says that it could not', async () => {
    let isThere = false;
    const lazy = new LazyDetector(() =>
      isThere
        ? Promise.resolve(detector('late').opened)
        : Promise.reject(new VeilError('DETECTOR_UNAVAILABLE', 'It is not there.')),
    );
    await expect(lazy.get()).rejects.toThrow('It is not there.');
    expect(lazy.hasFailed).toBe(true);
    isThere = true;
    expect((await lazy.get()).name).toBe('late');
    expect(lazy.hasFailed).toBe(false);
  });
});
