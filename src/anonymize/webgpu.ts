import { VeilError } from '../errors.ts';
import { planesOf, type Frame } from '../frame/frame.ts';
import { openAdapter, type GpuAdapter } from '../gpu/adapter.ts';
import type { Cover } from './cells.ts';
import { gpuLost, GpuProgram } from './gpu-program.ts';
import { drawKernel } from './kernels/draw.wgsl.ts';
import { sumKernel } from './kernels/sum.wgsl.ts';
import { drawTables } from './layer-table.ts';
import type { Drawing, Painter } from './painter.ts';
import { endOf, pack, placeTile, unpack, type Tile } from './tiles.ts';

const GROUP_SIZE = 64;

/** Covers heads on a GPU, through the optional package `webgpu`. Transfers only the surroundings of heads. */
export class WebGpuPainter implements Painter {
  readonly description: string;
  readonly isSoftware: boolean;
  #gpu: GPU | null;
  readonly #device: GPUDevice;
  readonly #sum: GpuProgram;
  readonly #draw: GpuProgram;
  #lost: string | null = null;

  private constructor(parts: {
    readonly opened: GpuAdapter;
    readonly device: GPUDevice;
    readonly sum: GpuProgram;
    readonly draw: GpuProgram;
  }) {
    const { opened, device, sum, draw } = parts;
    this.description = `webgpu (${opened.name})`;
    this.isSoftware = opened.isSoftware;
    // Keep the instance: the device dies with it.
    this.#gpu = opened.gpu;
    this.#device = device;
    this.#sum = sum;
    this.#draw = draw;
    void device.lost.then(({ message, reason }) => {
      this.#lost = message === '' ? reason : message;
    });
  }

  /**
   * @param options.software also accept an adapter that computes on the CPU
   * @throws VeilError GPU_UNAVAILABLE with the reason
   */
  static async open(options: { readonly software?: boolean } = {}): Promise<WebGpuPainter> {
    const opened = await openAdapter(options);
    const { adapter } = opened;
    try {
      const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
      const device = await adapter.requestDevice({
        requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
      });
      const sum = await GpuProgram.compile(device, sumKernel);
      const draw = await GpuProgram.compile(device, drawKernel);
      return new WebGpuPainter({ opened, device, sum, draw });
    } catch (cause) {
      throw new VeilError(
        'GPU_UNAVAILABLE',
        `The GPU can't be used: ${opened.name} does not run the kernels.`,
        {
          hint: 'Use --anonymizer cpu.',
          cause,
        },
      );
    }
  }

  async averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]> {
    this.#requireDevice();
    const { tiles, table, areas } = sumTables(frame, rects);
    if (areas.length === 0) return [];
    const sums = await this.#sum.run([table, pack(frame, tiles)], areas.length, areas.length);
    this.#requireDevice();
    let at = 0;
    return rects.map((list) =>
      Float64Array.from({ length: list.length / 4 }, () => {
        const average = sums[at]! / areas[at]!;
        at++;
        return average;
      }),
    );
  }

  async draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void> {
    this.#requireDevice();
    const tables = drawTables(frame, covers, drawing);
    if (tables === null) return;
    const { tiles, tileTable, layerTable, whole, cells } = tables;
    const packed = pack(frame, tiles);
    const words = packed.length / 4;
    const inputs = [tileTable, layerTable, whole, cells, packed];
    const covered = await this.#draw.run(inputs, words, Math.ceil(words / GROUP_SIZE));
    this.#requireDevice();
    unpack(new Uint8Array(covered.buffer), tiles, frame);
  }

  close(): Promise<void> {
    this.#device.destroy();
    this.#gpu = null;
    return Promise.resolve();
  }

  #requireDevice(): void {
    if (this.#gpu === null) throw gpuLost(new Error('the GPU was closed'));
    if (this.#lost !== null) throw gpuLost(new Error(this.#lost));
  }
}

/** Three tiles per head; a row in the kernel's table and a sample count per rectangle. */
function sumTables(
  frame: Frame,
  rects: readonly Int32Array[],
): { tiles: Tile[]; table: Uint32Array; areas: number[] } {
  const planes = planesOf(frame.format, frame.width, frame.height);
  const tiles: Tile[] = [];
  const lines: number[] = [];
  const areas: number[] = [];
  for (const list of rects) {
    const ofPlane = list.length / 3;
    planes.forEach((plane, index) => {
      const own = list.subarray(index * ofPlane, (index + 1) * ofPlane);
      const last = tiles.at(-1);
      const tile = tileAround(own, plane, last === undefined ? 0 : endOf(last));
      tiles.push(tile);
      for (let i = 0; i < own.length; i += 4) {
        const width = own[i + 2]! - own[i]!;
        const height = own[i + 3]! - own[i + 1]!;
        lines.push(tile.start, tile.stride, own[i]! - tile.x, own[i + 1]! - tile.y, width, height, 0, 0);
        areas.push(width * height);
      }
    });
  }
  return { tiles, table: Uint32Array.from(lines), areas };
}

function tileAround(rects: Int32Array, plane: Tile['plane'], start: number): Tile {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (let i = 0; i < rects.length; i += 4) {
    left = Math.min(left, rects[i]!);
    top = Math.min(top, rects[i + 1]!);
    right = Math.max(right, rects[i + 2]!);
    bottom = Math.max(bottom, rects[i + 3]!);
  }
  return placeTile(plane, left, top, right - left, bottom - top, start);
}
