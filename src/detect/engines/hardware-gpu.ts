import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { VeilError } from '../../errors.ts';

/** Adapters that compute on the CPU: correct, and far slower than the CPU itself. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/**
 * Makes sure that WebGPU reaches a GPU. ONNX Runtime can't be asked which adapter it would take; the package
 * `webgpu` is the same implementation (Dawn) and can.
 *
 * @returns the adapter's name
 * @throws VeilError ENGINE_UNAVAILABLE with the reason
 */
export async function requireHardwareGpu(): Promise<string> {
  if (!(await mayHaveDriver())) throw unavailable('no Vulkan driver is installed');
  const info = await adapterInfo();
  if (info === null) throw unavailable('there is no GPU that WebGPU can use');
  const name = [info.vendor, info.device, info.description].filter((part) => part !== '').join(' ');
  if (info.isFallbackAdapter || SOFTWARE.test(name)) throw unavailable(`${name} is no hardware GPU`);
  return name;
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

async function adapterInfo(): Promise<GPUAdapterInfo | null> {
  try {
    const { create } = await import('webgpu');
    const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
    return adapter?.info ?? null;
  } catch (cause) {
    throw unavailable('the package webgpu does not work here', cause);
  }
}

function unavailable(why: string, cause?: unknown): VeilError {
  return new VeilError('ENGINE_UNAVAILABLE', `The GPU can't be used: ${why}.`, {
    hint: 'Use the CPU.',
    ...(cause === undefined ? {} : { cause }),
  });
}
