import type { Frame } from '../frame/frame.ts';
import type { Cover } from './cells.ts';

/** How cells are drawn. */
export type Drawing = 'smooth' | 'flat';

/** Interface of an implementation (CPU, WebGPU). Results of all agree within one level. */
export interface Painter {
  readonly description: string;
  /**
   * Averages of samples, one per rectangle.
   *
   * @param rects for each plane, four integers per rectangle (x0, y0, x1, y1; ends exclusive)
   */
  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]>;
  /**
   * Covers heads in place, and blends overlapping covers: a head inside the soft ring of another stays covered.
   *
   * @throws VeilError GPU_LOST; the frame may then be partly covered and must not be used
   */
  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void>;
  close(): Promise<void>;
}
