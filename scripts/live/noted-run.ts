import { loadConfig } from '../../src/config/load.ts';
import type { ResolvedConfig } from '../../src/config/schema.ts';
import type { LiveFrame, LiveOutput } from '../../src/frame/live-output.ts';
import type { LiveRun } from '../../src/pipeline/live/live-run.ts';
import { openLive } from '../../src/pipeline/live/open-live.ts';
import type { OpenLiveOptions } from '../../src/pipeline/live/open-live-options.ts';

/** A frame that left, and when: seconds on the outputs' timeline, milliseconds after capture. */
export interface NotedFrame {
  readonly index: number;
  readonly time: number;
  readonly latency: number;
  readonly isCurtain: boolean;
}

/**
 * The config of `config/live.json`, and what is changed in it.
 *
 * @param changes by option key, such as `look.sizes`
 */
export async function liveConfig(changes: Readonly<Record<string, unknown>>): Promise<ResolvedConfig> {
  const { config } = await loadConfig({ files: ['live'], flags: new Map(Object.entries(changes)) });
  return config;
}

/** Opens a run that notes every frame that leaves. */
export async function openNotedRun(
  options: Omit<
    OpenLiveOptions,
    'microphone' | 'openPreview' | 'signal' | 'virtualCamera' | 'wanted' | 'startsCovered'
  >,
): Promise<{ readonly run: LiveRun; readonly frames: NotedFrame[] }> {
  const frames: NotedFrame[] = [];
  const output: LiveOutput = {
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
    startsCovered: false,
    microphone: null,
    openPreview: () => Promise.resolve(output),
    signal: new AbortController().signal,
  });
  return { run, frames };
}
