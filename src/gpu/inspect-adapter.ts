import { execFile } from 'node:child_process';
import { unavailable } from './unavailable.ts';

/** Facts about WebGPU's preferred adapter. */
export interface AdapterFacts {
  /** Vendor, device and description. */
  readonly name: string;
  /** WebGPU's own statement that it computes on the CPU. */
  readonly isFallback: boolean;
}

/** Time limit, milliseconds; a slower driver does not start at all. */
const TIME_LIMIT = 15_000;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** Its argument is the URL of the package. Prints one line of JSON, null without an adapter. */
const PROGRAM = `
const { create } = await import(process.argv[1]);
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { vendor, device, description, isFallbackAdapter: isFallback } = adapter?.info ?? {};
const name = [vendor, device, description].filter(Boolean).join(' ');
process.stdout.write(JSON.stringify(adapter === null ? null : { name, isFallback }) + '\\n', () => process.exit());
`;

/**
 * Queries the adapter in a separate process, which contains crashes and stderr output of Dawn and the drivers.
 *
 * @returns null if WebGPU finds none
 * @throws VeilError GPU_UNAVAILABLE with the reason
 */
export async function inspectAdapter(): Promise<AdapterFacts | null> {
  return JSON.parse(await run(address())) as AdapterFacts | null;
}

/** Whether an adapter is a real GPU, not software. */
export function isHardware({ name, isFallback }: AdapterFacts): boolean {
  return !isFallback && !SOFTWARE.test(name);
}

function address(): string {
  try {
    return import.meta.resolve('webgpu');
  } catch (cause) {
    throw unavailable('the package webgpu is not installed (npm install webgpu)', cause);
  }
}

function run(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['--input-type=module', '--eval', PROGRAM, address];
    const options = { timeout: TIME_LIMIT, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(process.execPath, args, options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(unavailable('WebGPU does not work with the driver here', error));
    });
  });
}
