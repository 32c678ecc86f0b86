import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { installHint, missingPackage } from '../../base/missing-package.ts';
import { VeilError } from '../../errors.ts';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** Compute backends of TensorFlow.js, in the order of attempts. */
export const TF_PROVIDERS = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;
export type TfProvider = (typeof TF_PROVIDERS)[number];

/** TensorFlow.js with a working backend. */
export interface TfBackend {
  readonly tf: TensorFlow;
  /** TensorFlow.js's name of it. */
  readonly backend: 'tensorflow' | 'wasm' | 'cpu';
  readonly provider: TfProvider;
  /** Why earlier ones were not used, one line; empty for the first. */
  readonly note: string;
}

/** Hint if TensorFlow.js does not work: these packages are optional, and sufficient for its CPU backend. */
export const TENSORFLOW_HINT = `Use --engine onnxruntime. For TensorFlow.js: ${installHint(
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-converter',
  '@tensorflow/tfjs-backend-wasm',
)}`;

const require = createRequire(import.meta.url);

/**
 * The first of these providers that works here.
 *
 * @throws VeilError ENGINE_UNAVAILABLE with the reason of each
 */
export async function openTensorFlow(providers: readonly TfProvider[] = TF_PROVIDERS): Promise<TfBackend> {
  const tf = await importCore();
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      const backend = await OPEN[provider](tf);
      return { tf, backend, provider, note: reasons.join('; ') };
    } catch (error) {
      reasons.push(`${provider}: ${reasonOf(error)}`);
    }
  }
  throw new VeilError('ENGINE_UNAVAILABLE', `TensorFlow.js can't be used: ${reasons.join('; ')}.`, {
    hint: TENSORFLOW_HINT,
  });
}

/** TensorFlow.js has one backend per process; another engine may have changed it. */
export async function useBackend({ tf, backend }: TfBackend): Promise<void> {
  if (tf.getBackend() !== backend) await tf.setBackend(backend);
}

const OPEN: Record<TfProvider, (tf: TensorFlow) => Promise<TfBackend['backend']>> = {
  'tfjs-node-gpu': async (tf) => {
    await openNode(tf, '@tensorflow/tfjs-node-gpu');
    // Without CUDA it computes on the CPU, more slowly than wasm.
    if (!usesGpu(tf)) throw new Error('it finds no GPU that it can use');
    return 'tensorflow';
  },
  'tfjs-node': async (tf) => {
    await openNode(tf, '@tensorflow/tfjs-node');
    return 'tensorflow';
  },
  wasm: async (tf) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // From the package's own folder: by default it may look for them beside the program or on the net.
    const file = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
    setWasmPaths(`${dirname(file)}/`);
    return select(tf, 'wasm');
  },
  cpu: async (tf) => {
    await import('@tensorflow/tfjs-backend-cpu');
    return select(tf, 'cpu');
  },
};

async function importCore(): Promise<TensorFlow> {
  try {
    const tf = await import('@tensorflow/tfjs-core');
    // Otherwise it prints advice, and checks every result for NaN.
    tf.enableProdMode();
    return tf;
  } catch (cause) {
    const message = `TensorFlow.js can't be used: ${reasonOf(cause)}.`;
    throw new VeilError('ENGINE_UNAVAILABLE', message, { hint: TENSORFLOW_HINT, cause });
  }
}

/** Its kernels register with the core, which all copies of TensorFlow.js share. */
async function openNode(tf: TensorFlow, name: string): Promise<void> {
  // Messages of the library on stderr would break the progress line.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  require(name);
  await select(tf, 'tensorflow');
}

async function select<B extends TfBackend['backend']>(tf: TensorFlow, backend: B): Promise<B> {
  if (!(await tf.setBackend(backend))) throw new Error('it does not start');
  return backend;
}

function usesGpu(tf: TensorFlow): boolean {
  const backend: object = tf.backend();
  return 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const missing = missingPackage(error);
  if (missing !== null) return `the package ${missing} is not installed`;
  return error.message.split('\n')[0]?.replace(/\.$/, '') ?? '';
}
