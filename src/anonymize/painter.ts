import type { Frame } from '../frame/frame.ts';
import type { Cover } from './cells.ts';

/** How cells are drawn. */
export type Drawing = 'smooth' | 'flat';

/** What an implementation (CPU, WebGPU) has to do. All agree within one level. */
export interface Painter {
  readonly description: string;
  /**
   * Averages of samples, one for each rectangle.
   *
   * @param rects for each plane in turn, four whole numbers a rectangle (x0, y0, x1, y1; ends exclusive)
   */
  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]>;
  /**
   * Covers heads in place. Where covers overlap they are blended: a head that lies in another's soft ring stays
   * covered.
   *
   * @throws VeilError GPU_LOST; the frame may then be half covered and must not be used
   */
  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void>;
  close(): Promise<void>;
}
