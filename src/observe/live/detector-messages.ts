import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits } from '../../detect/detector.ts';
import type { Detection } from '../../frame/detection.ts';
import type { Picture } from '../../frame/frame.ts';

/** Which detector a process opens. */
export type LookConfig = Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold'>;

/** What the process is told: first what to open, then pictures of one moment, largest first, and which scores matter. */
export type LookMessage =
  | { readonly kind: 'open'; readonly config: LookConfig }
  | {
      readonly kind: 'look';
      readonly id: number;
      readonly pictures: readonly Picture[];
      readonly threshold: number;
    };

/** What it says. */
export type LookAnswer =
  | { readonly kind: 'ready'; readonly description: string; readonly traits: DetectorTraits }
  | { readonly kind: 'faces'; readonly id: number; readonly faces: readonly Detection[] }
  /** Of the look that runs, or of the start. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn'; readonly message: string };
