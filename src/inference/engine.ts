import type { Picture } from '../frame/frame.ts';
import type { FeatureMap, GraphBuilder } from './graph.ts';

/** A network, which describes itself to any builder. Must call `output` at least once. */
export interface Network {
  /** For logs and reports, such as `ssd-mobilenet-v1`. */
  readonly name: string;
  describe<T>(graph: GraphBuilder<T>): void;
}

/** A network that is ready to run. */
export interface Model {
  /** Runs at the picture's own size; rejects (DETECTOR_FAILED) rather than return incomplete outputs. */
  run(picture: Picture): Promise<ReadonlyMap<string, FeatureMap>>;
  close(): Promise<void>;
}

/** Runs networks: ONNX Runtime or TensorFlow.js. */
export interface Engine {
  readonly name: 'onnxruntime' | 'tensorflow';
  /** Compute backend, such as `cpu`, `webgpu`, `cuda`, `wasm`, `tfjs-node`. */
  readonly provider: string;
  load(network: Network): Promise<Model>;
}
