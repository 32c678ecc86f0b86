import { resolveConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { LiveFrame } from '../../src/frame/live.ts';
import type { LiveRun } from '../../src/pipeline/live/live-run.ts';
import { openLive, type DegradableOutput, type OpenLiveOptions } from '../../src/pipeline/live/open-live.ts';

/** What left, and when: seconds on the outputs' timeline, milliseconds after capture. */
export interface NotedFrame {
  readonly index: number;
  readonly time: number;
  readonly latency: number;
  readonly isCurtain: boolean;
}

/** The config of `config/live.json`, and what is changed in it. */
export function liveConfig(changes: ConfigInput): ReturnType<typeof resolveConfig> {
  return resolveConfig({
    padding: 0.3,
    look: { interval: 2, sizes: [640] },
    video: { preset: 'superfast' },
    ...changes,
  });
}

/** Opens a run that notes every frame that leaves. */
export async function openNotedRun(
  options: Omit<OpenLiveOptions, 'openPreview' | 'signal' | 'virtualCamera' | 'wanted'>,
): Promise<{ readonly run: LiveRun; readonly frames: NotedFrame[] }> {
  const frames: NotedFrame[] = [];
  const output: DegradableOutput = {
    name: 'noted',
    dropped: 0,
    write: ({ frame, boxes, capturedAt }: LiveFrame) => {
      const latency = performance.timeOrigin + performance.now() - capturedAt;
      frames.push({ index: frame.index, time: frame.time, latency, isCurtain: boxes === null });
    },
    degrade: () => undefined,
    close: () => Promise.resolve(),
  };
  const run = await openLive({
    ...options,
    wanted: { width: 1280, height: 720, rate: 30 },
    virtualCamera: null,
    openPreview: () => Promise.resolve(output),
    signal: new AbortController().signal,
  });
  return { run, frames };
}
