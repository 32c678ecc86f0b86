import type { ResolvedConfig } from '../../config/schema.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { readTracks, type TracksDocument } from '../../documents/tracks-document.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { serveTasks, type TaskContext } from '../child/serve-tasks.ts';
import { observePart } from './observe-part.ts';
import type { ObservedPart, PartPlan, RenderedPart } from './part-types.ts';
import { renderPart } from './render-part.ts';

/** One step of one part. All tasks of a process are of the same video. */
export type PartTask = {
  readonly plan: PartPlan;
  readonly part: number;
  readonly input: string;
  readonly output: string;
  readonly config: ResolvedConfig;
} & (
  | { readonly step: 'observe' }
  /** Paths of the tracks file and of the file to write. */
  | { readonly step: 'render'; readonly tracks: string; readonly file: string }
);

/** Work of a part process; events carry the number of frames done. */
export interface PartWork {
  readonly task: PartTask;
  readonly event: number;
  readonly result: ObservedPart | RenderedPart;
}

let detector: LazyDetector | null = null;
let document: { readonly path: string; readonly tracks: TracksDocument } | null = null;

/** A process that observes and renders parts; it keeps its detector between tasks. */
serveTasks<PartWork>(workOn, async () => {
  await detector?.[Symbol.asyncDispose]();
});

async function workOn(
  task: PartTask,
  { signal, logger, tell }: TaskContext<PartWork>,
): Promise<PartWork['result']> {
  const { plan, part, input, output, config } = task;
  const options = { input, output, config, signal, logger, onFrames: tell };
  if (task.step === 'observe') {
    detector ??= new LazyDetector(() => startDetectorProcess({ config, logger }));
    return observePart(plan, part, { ...options, detector: detector.get() });
  }
  if (document?.path !== task.tracks) document = { path: task.tracks, tracks: await readTracks(task.tracks) };
  return renderPart(plan, part, document.tracks, task.file, options);
}
