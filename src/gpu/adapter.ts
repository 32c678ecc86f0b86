import { requireDriver } from './driver.ts';
import { isHardware } from './inspect-adapter.ts';
import { adapterFacts } from './remembered-adapter.ts';
import { unavailable } from './unavailable.ts';

/** What WebGPU found to compute on. */
export interface GpuAdapter {
  /** Must be kept for as long as a device of it is used: devices die with it. */
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  /** Vendor, device and description. */
  readonly name: string;
  /** Computes on the CPU: correct, and far slower than the CPU itself. */
  readonly isSoftware: boolean;
}

/**
 * The adapter that WebGPU prefers, through the optional package `webgpu` (Dawn). A process of its own asks for it
 * first: Dawn and the drivers write to stderr, and crash, as they like.
 *
 * @param options.software take an adapter that computes on the CPU, too; without it, Dawn is loaded only where there
 *   is hardware
 * @throws VeilError GPU_UNAVAILABLE with the reason
 */
export async function openAdapter({ software = false } = {}): Promise<GpuAdapter> {
  await requireDriver();
  const facts = await adapterFacts();
  if (facts === null) throw unavailable('WebGPU finds no GPU');
  const isSoftware = !isHardware(facts);
  if (isSoftware && !software) throw unavailable(`${facts.name} computes on the CPU`);
  return { ...(await request()), name: facts.name, isSoftware };
}

async function request(): Promise<{ gpu: GPU; adapter: GPUAdapter }> {
  let cause: unknown;
  try {
    const { create } = await import('webgpu');
    const gpu = create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter !== null) return { gpu, adapter };
  } catch (error) {
    cause = error;
  }
  throw unavailable('the package webgpu does not work here', cause);
}
