import type { ResolvedConfig } from '../config/schema.ts';
import type { DetectorTraits } from '../detect/detector.ts';
import { VeilError, type ErrorCode } from '../errors.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import { reasonOf } from '../base/reason.ts';

/** Which detector a process opens. */
export type DetectorConfig = Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold' | 'effort'>;

/** What the process is told: first what to open, then pictures of one moment, largest first, and which scores matter. */
export type DetectorRequest =
  | { readonly kind: 'open'; readonly config: DetectorConfig }
  | {
      readonly kind: 'detect';
      readonly id: number;
      readonly pictures: readonly Picture[];
      readonly atLeast: number;
    };

/** Its answers. */
export type DetectorAnswer =
  | {
      readonly kind: 'ready';
      readonly name: string;
      readonly description: string;
      readonly traits: DetectorTraits;
      readonly weightFiles?: readonly string[];
    }
  | { readonly kind: 'faces'; readonly id: number; readonly faces: readonly Detection[] }
  /** `id` is that of the request; null for the start. */
  | { readonly kind: 'failed'; readonly id: number | null; readonly error: SentError }
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn'; readonly message: string };

/** An error on its way between processes. Without a code it is one that nothing foresaw. */
export interface SentError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint?: string;
}

/** What another process may know of an error. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof VeilError)) return { code: null, message: reasonOf(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** @param fallback code of an error that has none */
export function receivedError({ code, message, hint }: SentError, fallback: ErrorCode): VeilError {
  if (code !== null) return new VeilError(code, message, hint === undefined ? {} : { hint });
  return new VeilError(fallback, `The detector failed: ${message}.`);
}
