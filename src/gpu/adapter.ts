import { requireDriver } from './driver.ts';
import { isHardware } from './inspect-adapter.ts';
import { adapterFacts } from './remembered-adapter.ts';
import { unavailable } from './unavailable.ts';

/** The adapter that WebGPU found. */
export interface GpuAdapter {
  /** Keep it while a device of it is in use: devices die with it. */
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  /** Vendor, device and description. */
  readonly name: string;
  /** Whether it computes on the CPU: correct, but far slower than the CPU implementation. */
  readonly isSoftware: boolean;
}

/**
 * WebGPU's preferred adapter, through the optional package `webgpu` (Dawn). A separate process queries it first,
 * because Dawn and drivers may write to stderr or crash.
 *
 * @param options.software also accept an adapter that computes on the CPU; by default Dawn is loaded only if there is
 *   hardware
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
