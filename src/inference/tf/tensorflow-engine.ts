import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { Tensor } from '@tensorflow/tfjs-core';
import { VeilError } from '../../errors.ts';
import type { Picture } from '../../frame/frame.ts';
import type { Engine, Model, Network } from '../engine.ts';
import type { FeatureMap } from '../graph.ts';
import { TENSORFLOW_HINT, openTensorFlow, useBackend, type TfBackend, type TfProvider } from './backend.ts';
import { PICTURE_INPUT, TfGraphBuilder } from './tf-graph-builder.ts';

/** An engine that tells how it chose its provider. */
export interface TensorflowEngine extends Engine {
  readonly name: 'tensorflow';
  readonly provider: TfProvider;
  /** Why no faster provider was used, one line; empty for the first choice. */
  readonly note: string;
  /** For code that uses TensorFlow.js directly. */
  readonly backend: TfBackend;
}

/**
 * TensorFlow.js with the best provider that works here: CUDA through tfjs-node-gpu, the native CPU library,
 * WebAssembly (SIMD; TensorFlow.js has no threads for it in Node), or plain JavaScript.
 *
 * @throws VeilError ENGINE_UNAVAILABLE with the reason of each
 */
export async function createTensorflowEngine(providers?: readonly TfProvider[]): Promise<TensorflowEngine> {
  const backend = await openTensorFlow(providers);
  const { provider, note } = backend;
  return {
    name: 'tensorflow',
    provider,
    note,
    backend,
    load: async (network) => {
      const graph = new TfGraphBuilder();
      network.describe(graph);
      return new TfModel(
        network,
        [...graph.outputs.keys()],
        await loadModel(backend, graph, network),
        backend,
      );
    },
  };
}

async function loadModel(backend: TfBackend, graph: TfGraphBuilder, network: Network): Promise<GraphModel> {
  try {
    const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
    await useBackend(backend);
    return await loadGraphModel(graph.finish());
  } catch (cause) {
    throw new VeilError('ENGINE_UNAVAILABLE', `TensorFlow.js can't load ${network.name}.`, {
      hint: TENSORFLOW_HINT,
      cause,
    });
  }
}

class TfModel implements Model {
  readonly #network: Network;
  readonly #outputs: readonly string[];
  readonly #model: GraphModel;
  readonly #backend: TfBackend;

  constructor(network: Network, outputs: readonly string[], model: GraphModel, backend: TfBackend) {
    this.#network = network;
    this.#outputs = outputs;
    this.#model = model;
    this.#backend = backend;
  }

  async run(picture: Picture): Promise<ReadonlyMap<string, FeatureMap>> {
    try {
      await useBackend(this.#backend);
      return await this.#run(picture);
    } catch (cause) {
      if (cause instanceof VeilError) throw cause;
      throw new VeilError('DETECTOR_FAILED', `TensorFlow.js failed while it ran ${this.#network.name}.`, {
        hint: 'No uncovered frame was written. Try --engine onnxruntime.',
        cause,
      });
    }
  }

  close(): Promise<void> {
    this.#model.dispose();
    return Promise.resolve();
  }

  async #run({ width, height, data }: Picture): Promise<ReadonlyMap<string, FeatureMap>> {
    const { tf } = this.#backend;
    const tensors = tf.tidy(() => {
      const input = tf.tensor4d(data, [1, height, width, 3], 'int32');
      const results = this.#model.execute({ [PICTURE_INPUT]: input }, [...this.#outputs]);
      return Array.isArray(results) ? results : [results];
    });
    try {
      const maps = await Promise.all(this.#outputs.map((name, index) => this.#read(name, tensors[index])));
      return new Map(maps);
    } finally {
      tf.dispose(tensors);
    }
  }

  async #read(name: string, tensor: Tensor | undefined): Promise<[string, FeatureMap]> {
    const [, height, width, channels] = tensor?.shape ?? [];
    const data = await tensor?.data();
    const complete = height !== undefined && width !== undefined && channels !== undefined;
    if (!complete || !(data instanceof Float32Array) || data.length !== height * width * channels) {
      throw new VeilError(
        'DETECTOR_FAILED',
        `${this.#network.name}: the output ${name} is not a feature map.`,
      );
    }
    // A copy: some backends return their own memory.
    return [name, { height, width, channels, data: data.slice() }];
  }
}
