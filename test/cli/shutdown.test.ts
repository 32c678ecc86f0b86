import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withSignals } from '../../src/cli/shutdown.ts';
import { memoryIo } from './memory-io.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

it('lets the work clean up at the first Ctrl-C, and ends the program at the second', async () => {
  const io = memoryIo();
  const result = await withSignals(io, (signal) => {
    expect(signal.aborted).toBe(false);
    io.stop();
    expect(signal.aborted).toBe(true);
    expect(io.err()).toContain('once more to force');
    vi.advanceTimersByTime(50);
    io.stop();
    // The same key press, forwarded by npm.
    expect(io.exits).toEqual([]);
    vi.advanceTimersByTime(1000);
    io.stop();
    expect(io.exits).toEqual([130]);
    return Promise.resolve('cleaned up');
  });
  expect(result).toBe('cleaned up');
  io.stop();
  expect(io.exits, 'nobody listens any more').toEqual([130]);
});
