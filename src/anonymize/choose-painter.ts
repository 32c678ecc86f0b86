import { VeilError, assertNever } from '../errors.ts';
import { frameBytes, type Frame, type PixelFormat } from '../frame/frame.ts';
import type { Logger } from '../logger.ts';
import type { Cover } from './cells.ts';
import { CpuPainter } from './cpu.ts';
import type { Painter } from './painter.ts';
import { WebGpuPainter } from './webgpu.ts';

/** Facts about the frames, and the user's choice. */
export interface PainterChoice {
  readonly anonymizer: 'auto' | 'cpu' | 'webgpu';
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly logger: Logger;
}

/** Heads in the benchmark frame, and number of runs. */
const TRIAL_HEADS = 10;
const TRIALS = 5;

/**
 * Chooses the implementation. `auto` takes a GPU only if it is a real one and faster here.
 *
 * @throws VeilError GPU_UNAVAILABLE if the choice is `webgpu` and it does not work here
 */
export async function choosePainter(choice: PainterChoice): Promise<Painter> {
  // The GPU kernels read 8 bits per sample.
  if (choice.format === 'yuv420p10') {
    if (choice.anonymizer === 'webgpu') choice.logger.warn('Covers of HDR video are drawn by the CPU.');
    return new CpuPainter();
  }
  switch (choice.anonymizer) {
    case 'cpu':
      return new CpuPainter();
    case 'webgpu':
      return openGpu(choice.logger);
    case 'auto':
      return fastest(choice);
    default:
      return assertNever(choice.anonymizer);
  }
}

async function openGpu(logger: Logger): Promise<Painter> {
  const painter = await WebGpuPainter.open({ software: true });
  if (painter.isSoftware)
    logger.warn(`${painter.description} is a software renderer: the CPU would be faster.`);
  return painter;
}

async function fastest(choice: PainterChoice): Promise<Painter> {
  const cpu = new CpuPainter();
  let gpu: WebGpuPainter;
  try {
    gpu = await WebGpuPainter.open();
  } catch (error) {
    if (!(error instanceof VeilError)) throw error;
    choice.logger.debug(`Faces are covered by the CPU: ${error.message}`);
    return cpu;
  }
  try {
    const cpuTime = await measure(cpu, choice);
    const gpuTime = await measure(gpu, choice);
    const times = `CPU ${cpuTime.toFixed(1)} ms, GPU ${gpuTime.toFixed(1)} ms for ${TRIAL_HEADS} heads`;
    choice.logger.debug(`Covering faces: ${times}.`);
    if (gpuTime < cpuTime) return gpu;
  } catch (error) {
    if (!(error instanceof VeilError)) throw error;
    choice.logger.debug(`Faces are covered by the CPU: ${error.message}`);
  }
  await gpu.close();
  return cpu;
}

/** Milliseconds to cover a frame with ten heads: the best of several runs after a warm-up. */
async function measure(painter: Painter, { format, width, height }: PainterChoice): Promise<number> {
  const data = new Uint8Array(frameBytes(format, width, height)).fill(90);
  const frame: Frame = { index: 0, pts: 0, time: 0, width, height, format, data };
  const covers = trialCovers(width, height);
  let best = Infinity;
  for (let trial = 0; trial <= TRIALS; trial++) {
    const started = performance.now();
    await painter.draw(frame, covers, 'smooth');
    if (trial > 0) best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** Two rows of heads, each a seventh of the picture's height. */
function trialCovers(width: number, height: number): Cover[] {
  const columns = TRIAL_HEADS / 2;
  return Array.from({ length: TRIAL_HEADS }, (_, i) => ({
    head: {
      trackId: i,
      kind: 'head',
      centerX: (width * ((i % columns) + 0.5)) / columns,
      centerY: height * (i < columns ? 0.3 : 0.7),
      radiusX: Math.max(1, height / 20),
      radiusY: Math.max(1, height / 14),
      feather: 0.2,
      shape: 'ellipse',
    },
    across: 6,
    values: new Float32Array(3 * 36).fill(120),
  }));
}
