import { VeilError } from '../errors.ts';
import { openAdapter } from '../gpu/adapter.ts';

/**
 * Checks that WebGPU has a real GPU. ONNX Runtime can't be asked which adapter it would use; the package `webgpu` is
 * the same implementation (Dawn) and can.
 *
 * @returns the adapter's name
 * @throws VeilError ENGINE_UNAVAILABLE with the reason
 */
export async function requireHardwareGpu(): Promise<string> {
  try {
    return (await openAdapter()).name;
  } catch (error) {
    if (!(error instanceof VeilError) || error.code !== 'GPU_UNAVAILABLE') throw error;
    throw new VeilError('ENGINE_UNAVAILABLE', error.message, { hint: 'Use the CPU.', cause: error });
  }
}
