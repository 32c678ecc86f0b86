import type { Logger } from '../logger.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import type { DetectorTraits } from '../detect/detector.ts';
import { VeilError, type ErrorCode } from '../errors.ts';
import type { Detection } from '../frame/detection.ts';
import type { PictureSize } from '../frame/frame.ts';
import { reasonOf } from '../base/reason.ts';

/** The detector that a process opens. */
export type DetectorConfig = Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold' | 'effort'>;

/**
 * Requests to the process: first which detector to open, then which pictures of one moment come through the picture
 * pipe, largest first, and the lowest relevant score.
 */
export type DetectorRequest =
  | { readonly kind: 'open'; readonly config: DetectorConfig }
  | {
      readonly kind: 'detect';
      readonly id: number;
      readonly pictures: readonly PictureSize[];
      readonly atLeast: number;
    };

/** Answers of the process. */
export type DetectorAnswer =
  | {
      readonly kind: 'ready';
      readonly name: string;
      readonly description: string;
      readonly traits: DetectorTraits;
      readonly weightFiles?: readonly string[];
    }
  | { readonly kind: 'faces'; readonly id: number; readonly faces: readonly Detection[] }
  /** `id` of the request; null for the start. */
  | { readonly kind: 'failed'; readonly id: number | null; readonly error: SentError }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly message: string };

/** An error sent between processes. `code` is null for unexpected errors. */
export interface SentError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint?: string;
}

/** The parts of an error that are sent to another process. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof VeilError)) return { code: null, message: reasonOf(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** @param fallback code for an error without one */
export function receivedError({ code, message, hint }: SentError, fallback: ErrorCode): VeilError {
  if (code !== null) return new VeilError(code, message, hint === undefined ? {} : { hint });
  return new VeilError(fallback, `The detector failed: ${message}.`);
}
