import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { VeilError } from '../../errors.ts';
import { requireHardwareGpu } from '../hardware-gpu.ts';
import { OnnxGraphBuilder, PICTURE_INPUT } from './onnx-graph-builder.ts';
import { reasonOf } from '../../base/reason.ts';

export type OnnxProvider = 'cpu' | 'webgpu' | 'cuda';

/** The package `onnxruntime-node`, which may be missing. */
export type OnnxRuntime = typeof import('onnxruntime-node');

let threads = availableParallelism();

/**
 * Leaves half of the cores to other processes, for all later sessions in this process: beside a decoder and an encoder,
 * a look on every core takes more CPU time and is no faster.
 */
export function leaveCores(): void {
  threads = Math.max(1, Math.floor(availableParallelism() / 2));
}

/** float32 values of one output. */
export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * Loads ONNX Runtime and checks that it has the provider, on real hardware.
 *
 * @throws VeilError ENGINE_UNAVAILABLE with the reason
 */
export async function loadOnnxRuntime(provider: OnnxProvider): Promise<OnnxRuntime> {
  const runtime = await importRuntime();
  if (provider === 'webgpu') await requireHardwareGpu();
  if (provider !== 'cpu') await tryOut(runtime, provider);
  return runtime;
}

async function importRuntime(): Promise<OnnxRuntime> {
  // Otherwise it would store a device id and queue usage reports. It reads this variable when loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    const runtime = await import('onnxruntime-node');
    // Errors come as exceptions; messages on stderr would break the progress line.
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (cause) {
    throw new VeilError('ENGINE_UNAVAILABLE', `ONNX Runtime can't be loaded: ${firstLineOf(cause)}`, {
      hint: 'Install it with: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node. Or use --engine tensorflow.',
      cause,
    });
  }
}

/** The package may list a provider without its libraries or device: only a run proves it. */
async function tryOut(runtime: OnnxRuntime, provider: OnnxProvider): Promise<void> {
  const graph = new OnnxGraphBuilder();
  graph.output('same', graph.picture({ mean: [0, 0, 0], scale: 1 }));
  const session = await OnnxSession.open(runtime, graph.finish('trial'), provider, 'a trial network');
  try {
    await session.run(PICTURE_INPUT, new Uint8Array(3), [1, 1, 1, 3]);
  } finally {
    await session.close();
  }
}

/** An ONNX model ready to run: one picture as input, every float output as result. */
export class OnnxSession {
  readonly outputNames: readonly string[];
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #name: string;

  private constructor(runtime: OnnxRuntime, session: InferenceSession, name: string) {
    this.outputNames = session.outputNames;
    this.#runtime = runtime;
    this.#session = session;
    this.#name = name;
  }

  /** @throws VeilError ENGINE_UNAVAILABLE if the provider or the model does not work here */
  static async open(
    runtime: OnnxRuntime,
    bytes: Uint8Array,
    provider: OnnxProvider,
    name: string,
  ): Promise<OnnxSession> {
    try {
      const session = await runtime.InferenceSession.create(bytes, {
        executionProviders: [provider],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // Spinning threads between two looks would take cores from ffmpeg: half of all CPU time in measurements.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        logSeverityLevel: 4,
      });
      return new OnnxSession(runtime, session, name);
    } catch (cause) {
      throw new VeilError(
        'ENGINE_UNAVAILABLE',
        `ONNX Runtime (${provider}) can't load ${name}: ${firstLineOf(cause)}`,
        {
          hint: provider === 'cpu' ? 'Try --engine tensorflow.' : 'Use the CPU, or --engine tensorflow.',
          cause,
        },
      );
    }
  }

  /**
   * @param dims shape of `data`
   * @throws VeilError DETECTOR_FAILED if the run fails or an output is missing or not float32
   */
  async run(
    input: string,
    data: Uint8Array | Float32Array,
    dims: readonly number[],
  ): Promise<Map<string, OnnxOutput>> {
    const { Tensor } = this.#runtime;
    const results = await this.#attempt(() => {
      const tensor =
        data instanceof Uint8Array ? new Tensor('uint8', data, dims) : new Tensor('float32', data, dims);
      return this.#session.run({ [input]: tensor });
    });
    return new Map(this.outputNames.map((name) => [name, this.#read(name, results[name])]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #attempt<R>(run: () => Promise<R>): Promise<R> {
    try {
      return await run();
    } catch (cause) {
      throw new VeilError('DETECTOR_FAILED', `ONNX Runtime failed while it ran ${this.#name}.`, {
        hint: 'No uncovered frame was written. Try --engine tensorflow.',
        cause,
      });
    }
  }

  #read(name: string, tensor: Tensor | undefined): OnnxOutput {
    if (!(tensor?.data instanceof Float32Array)) {
      throw new VeilError('DETECTOR_FAILED', `${this.#name} gave no numbers for its output ${name}.`);
    }
    return { dims: tensor.dims, data: tensor.data };
  }
}

function firstLineOf(cause: unknown): string {
  return reasonOf(cause).split('\n', 1).join();
}
