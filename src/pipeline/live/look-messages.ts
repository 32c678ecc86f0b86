import type { ResolvedConfig } from '../../config/schema.ts';
import type { Face } from '../../frame/face.ts';
import type { Picture } from '../../frame/frame.ts';

/** What the worker is started with. */
export type LookWorkerData = Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold'>;

/** What the worker is asked: the faces in these pictures of one moment, largest first. */
export interface LookQuestion {
  readonly id: number;
  readonly pictures: readonly Picture[];
}

/** What the worker says. */
export type LookAnswer =
  | { readonly kind: 'ready'; readonly description: string }
  | { readonly kind: 'faces'; readonly id: number; readonly faces: readonly Face[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn'; readonly message: string };
