import type { Audit } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { serveTasks, type TaskContext } from '../../jobs/child/serve-tasks.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { Job } from '../output/outputs.ts';
import { coverOne, type CoverFlags } from './cover-one.ts';

/** One input of a batch. All tasks of a process have the same config. */
export interface CoverTask {
  readonly job: Job;
  readonly config: ResolvedConfig;
  readonly flags: CoverFlags;
}

export type CoverEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: FileResult };

/** Work of a batch process; its result is the audit, if any. */
export interface CoverWork {
  readonly task: CoverTask;
  readonly event: CoverEvent;
  readonly result: Audit | null;
}

let detector: LazyDetector | null = null;

/** A process that covers inputs of a batch one after another; it keeps its detector. */
serveTasks<CoverWork>(cover, async () => {
  await detector?.[Symbol.asyncDispose]();
});

function cover({ job, config, flags }: CoverTask, context: TaskContext<CoverWork>): Promise<Audit | null> {
  const { signal, logger, tell } = context;
  detector ??= new LazyDetector(() => startDetectorProcess({ config, logger }));
  const lazy = detector;
  return coverOne(job, {
    ...{ config, flags, signal, logger, detector: () => lazy.get() },
    onProgress: (progress) => {
      tell({ kind: 'progress', progress });
    },
    onResult: (result) => {
      tell({ kind: 'result', result });
    },
  });
}
