import type { Picture } from '../../frame/frame.ts';
import { VeilError } from '../../errors.ts';
import type { Engine, Model, Network } from '../engine.ts';
import type { FeatureMap } from '../graph.ts';
import { OnnxGraphBuilder, PICTURE_INPUT } from './onnx-graph-builder.ts';
import { OnnxSession, loadOnnxRuntime, type OnnxProvider } from './session.ts';

/**
 * ONNX Runtime on the CPU, or on request on a GPU.
 *
 * @throws VeilError ENGINE_UNAVAILABLE with the reason
 */
export async function createOnnxRuntimeEngine(provider: OnnxProvider = 'cpu'): Promise<Engine> {
  const runtime = await loadOnnxRuntime(provider);
  return {
    name: 'onnxruntime',
    provider,
    load: async (network) => {
      const graph = new OnnxGraphBuilder();
      network.describe(graph);
      const session = await OnnxSession.open(runtime, graph.finish(network.name), provider, network.name);
      return new OnnxModel(network, session);
    },
  };
}

class OnnxModel implements Model {
  readonly #network: Network;
  readonly #session: OnnxSession;

  constructor(network: Network, session: OnnxSession) {
    this.#network = network;
    this.#session = session;
  }

  async run(picture: Picture): Promise<ReadonlyMap<string, FeatureMap>> {
    const { width, height, data } = picture;
    const results = await this.#session.run(PICTURE_INPUT, data, [1, height, width, 3]);
    const maps = new Map<string, FeatureMap>();
    for (const [name, { dims, data: values }] of results) {
      const [, rows, columns, channels] = dims;
      if (rows === undefined || columns === undefined || channels === undefined) {
        throw new VeilError(
          'DETECTOR_FAILED',
          `${this.#network.name}: the output ${name} is not a feature map.`,
        );
      }
      maps.set(name, { height: rows, width: columns, channels, data: values });
    }
    return maps;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
