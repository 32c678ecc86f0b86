import { execFile } from 'node:child_process';
import { unavailable } from './unavailable.ts';

/** What the adapter that WebGPU prefers says of itself. */
export interface AdapterFacts {
  /** Vendor, device and description. */
  readonly name: string;
  /** WebGPU's own word that it computes on the CPU. */
  readonly isFallback: boolean;
}

/** Milliseconds; a driver that is slower than this does not start. */
const TIME_LIMIT = 15_000;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** Given the address of the package: prints one line of JSON, null without an adapter. */
const PROGRAM = `
const { create } = await import(process.argv[1]);
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { vendor, device, description, isFallbackAdapter: isFallback } = adapter?.info ?? {};
const name = [vendor, device, description].filter(Boolean).join(' ');
process.stdout.write(JSON.stringify(adapter === null ? null : { name, isFallback }) + '\\n', () => process.exit());
`;

/**
 * Asks for the adapter in a process of its own: what Dawn and the drivers write to stderr, or their crash, stays in
 * there.
 *
 * @returns null where WebGPU finds none
 * @throws VeilError GPU_UNAVAILABLE with the reason
 */
export async function inspectAdapter(): Promise<AdapterFacts | null> {
  return JSON.parse(await run(address())) as AdapterFacts | null;
}

/** Whether an adapter is a GPU, and no program that plays one. */
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
