import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Anonymizer } from '../../../src/anonymize/anonymizer.ts';
import type { AnonymizedFrame, Frame } from '../../../src/frame/frame.ts';
import type { LiveSettings } from '../../../src/frame/live-output.ts';
import { AnonymizerSupervisor } from '../../../src/pipeline/live/anonymizer-supervisor.ts';
import { capturedFrame } from '../../support/live-frames.ts';
import { coveredFrame } from '../../support/written-video.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SETTINGS: LiveSettings = { style: 'blur', cells: 4, threshold: 0.2 };
const { frame } = capturedFrame(0);

/** An anonymizer that does what it is told: cover, fail, or never be done. */
class ScriptedAnonymizer implements Anonymizer {
  readonly description = 'scripted';
  readonly settings: LiveSettings;
  isClosed = false;
  behaviour: 'covers' | 'fails' | 'hangs';

  constructor(settings: LiveSettings, behaviour: ScriptedAnonymizer['behaviour']) {
    this.settings = settings;
    this.behaviour = behaviour;
  }

  anonymize(given: Frame): Promise<AnonymizedFrame> {
    if (this.behaviour === 'hangs') return new Promise(() => undefined);
    if (this.behaviour === 'fails') return Promise.reject(new Error('the GPU is lost'));
    return Promise.resolve(coveredFrame(given));
  }

  curtain(given: Frame): AnonymizedFrame {
    given.data.fill(0);
    return coveredFrame(given);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

async function start(...behaviours: ScriptedAnonymizer['behaviour'][]) {
  const opened: ScriptedAnonymizer[] = [];
  const warnings: string[] = [];
  const open = (settings: LiveSettings): Promise<Anonymizer> => {
    const next = new ScriptedAnonymizer(settings, behaviours[opened.length] ?? 'fails');
    opened.push(next);
    return new Promise((resolve) => {
      setTimeout(resolve, 500, next);
    });
  };
  const starting = AnonymizerSupervisor.start(open, SETTINGS, {
    debug: () => undefined,
    info: () => undefined,
    warn: (text) => warnings.push(text),
  });
  await vi.advanceTimersByTimeAsync(500);
  return { covering: await starting, opened, warnings };
}

test('one that fails is replaced once, however many frames it fails in the meantime, and told of once', async () => {
  const { covering, opened, warnings } = await start('fails', 'covers');
  for (let i = 0; i < 10; i += 1) {
    expect(await covering.heads(frame, [])).toBeNull();
    await vi.advanceTimersByTimeAsync(33);
  }
  expect(opened).toHaveLength(2);
  expect(warnings).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(await covering.heads(frame, [])).not.toBeNull();
  expect(opened[0]!.isClosed).toBe(true);
});

test('where none works another is tried now and then, not for every frame', async () => {
  const { covering, opened } = await start();
  for (let i = 0; i < 600; i += 1) {
    expect(await covering.heads(frame, [])).toBeNull();
    await vi.advanceTimersByTimeAsync(33);
  }
  expect(opened.length).toBeGreaterThan(2);
  expect(opened.length).toBeLessThan(12);
});

test('one that is never done is given up after a second: outputs do not wait for it', async () => {
  const { covering } = await start('hangs', 'covers');
  const covered = covering.heads(frame, []);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await covered).toBeNull();
  await vi.advanceTimersByTimeAsync(500);
  expect(await covering.heads(frame, [])).not.toBeNull();
});

test('a change while another is being made holds in the end', async () => {
  const { covering, opened } = await start('covers', 'covers', 'covers');
  covering.change({ style: 'solid' });
  await vi.advanceTimersByTimeAsync(100);
  covering.change({ style: 'mosaic' });
  await vi.advanceTimersByTimeAsync(2000);
  expect(opened.at(-1)!.settings.style).toBe('mosaic');
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
});
