import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { VeilError } from '../errors.ts';

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

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/**
 * The adapter that WebGPU prefers, through the optional package `webgpu` (Dawn).
 *
 * @throws VeilError GPU_UNAVAILABLE with the reason
 */
export async function openAdapter(): Promise<GpuAdapter> {
  if (!(await mayHaveDriver())) throw unavailable('no Vulkan driver is installed');
  const found = await request();
  if (found === null) throw unavailable('there is no GPU that WebGPU can use');
  const { info } = found.adapter;
  const name = [info.vendor, info.device, info.description].filter((part) => part !== '').join(' ');
  return { ...found, name, isSoftware: info.isFallbackAdapter || SOFTWARE.test(name) };
}

/** Without a driver Dawn says so on stderr, in the middle of the progress line, whatever it is told. */
async function mayHaveDriver(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const { env } = process;
  if (['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'].some((name) => env[name])) return true;
  const shares = (env['XDG_DATA_DIRS'] ?? '').split(':').filter((path) => path !== '');
  const folders = ['/etc', '/usr/local/etc', '/usr/share', '/usr/local/share', ...shares];
  folders.push(join(homedir(), '.local', 'share'));
  const listed = folders.map((folder) => readdir(join(folder, 'vulkan', 'icd.d')).catch(() => []));
  return (await Promise.all(listed)).some((files) => files.length > 0);
}

async function request(): Promise<{ gpu: GPU; adapter: GPUAdapter } | null> {
  try {
    const { create } = await import('webgpu');
    const gpu = create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter === null ? null : { gpu, adapter };
  } catch (cause) {
    throw unavailable('the package webgpu does not work here', cause);
  }
}

function unavailable(why: string, cause?: unknown): VeilError {
  return new VeilError('GPU_UNAVAILABLE', `The GPU can't be used: ${why}.`, {
    hint: 'Use the CPU.',
    ...(cause === undefined ? {} : { cause }),
  });
}
