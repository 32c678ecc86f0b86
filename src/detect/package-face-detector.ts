import type { FaceDetector } from '@tensorflow-models/face-detection';
import type { io, Tensor3D } from '@tensorflow/tfjs-core';
import { installHint } from '../base/missing-package.ts';
import { VeilError } from '../errors.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import { VALUES_PER_BOX, type BlazeFace, type BlazeFaceRange } from './networks/blazeface.ts';
import { useBackend, type TfBackend } from '../inference/tf/backend.ts';
import { int, type } from '../inference/tf/graph-def.ts';
import { TfGraphBuilder } from '../inference/tf/tf-graph-builder.ts';
import { registerUntransformed } from '../inference/tf/untransformed.ts';

const HINT = `Use --engine onnxruntime. ${installHint('@tensorflow-models/face-detection')}`;

/** The package's own thresholds; it has no option for them. */
const PACKAGE_THRESHOLD: Record<BlazeFaceRange, number> = { short: 0.5, full: 0.6 };

/** Largest number of faces: more than the network has boxes. By default the package stops at one. */
const MAX_FACES = 10_000;

/** The package's internal result, with the scores that its public interface omits. */
interface ScoredFaces {
  detectFaces(image: Tensor3D): Promise<
    readonly {
      readonly score?: readonly number[];
      readonly locationData: {
        readonly relativeBoundingBox: { xMin: number; yMin: number; width: number; height: number };
      };
    }[]
  >;
}

/** Finds faces with the package `@tensorflow-models/face-detection`, in pictures of the network's input size. */
export class PackageFaceDetector {
  readonly #backend: TfBackend;
  readonly #detector: FaceDetector & ScoredFaces;
  readonly #shift: number;
  readonly #threshold: number;

  private constructor(
    backend: TfBackend,
    detector: FaceDetector & ScoredFaces,
    shift: number,
    threshold: number,
  ) {
    this.#backend = backend;
    this.#detector = detector;
    this.#shift = shift;
    this.#threshold = threshold;
  }

  /**
   * @param threshold lowest score of a face, 0…1
   * @throws VeilError DETECTOR_UNAVAILABLE
   */
  static async open(backend: TfBackend, network: BlazeFace, threshold: number): Promise<PackageFaceDetector> {
    const wanted = Math.min(Math.max(threshold, 1e-4), 1 - 1e-4);
    const shift = logitOf(PACKAGE_THRESHOLD[network.range]) - logitOf(wanted);
    registerUntransformed(backend);
    try {
      await useBackend(backend);
      const { SupportedModels, createDetector } = await import('@tensorflow-models/face-detection');
      const detector = await createDetector(SupportedModels.MediaPipeFaceDetector, {
        runtime: 'tfjs',
        modelType: network.range,
        maxFaces: MAX_FACES,
        // Without it, the package would download its model.
        detectorModelUrl: writeModel(network, shift),
      });
      if (!hasScores(detector)) throw new Error('detectFaces is missing.');
      return new PackageFaceDetector(backend, detector, shift, wanted);
    } catch (cause) {
      const message = "The package @tensorflow-models/face-detection can't be used.";
      throw new VeilError('DETECTOR_UNAVAILABLE', message, { hint: HINT, cause });
    }
  }

  /**
   * @param picture square, of the network's input size
   * @throws VeilError DETECTOR_FAILED
   */
  async detect({ width, height, data }: Picture): Promise<Detection[]> {
    await useBackend(this.#backend);
    const image = this.#backend.tf.tensor3d(data, [height, width, 3], 'int32');
    try {
      const found = await this.#detector.detectFaces(image);
      return found.map(({ score: [score = NaN] = [], locationData: { relativeBoundingBox: box } }) => {
        const face = {
          box: {
            x: box.xMin * width,
            y: box.yMin * height,
            width: box.width * width,
            height: box.height * height,
          },
          score: this.#unshifted(score),
        };
        if (Number.isFinite(face.box.x + face.box.y + face.box.width + face.box.height + face.score))
          return face;
        throw new RangeError('A box or score is not a number.');
      });
    } catch (cause) {
      throw new VeilError('DETECTOR_FAILED', '@tensorflow-models/face-detection failed.', {
        hint: 'No uncovered frame was written. Try --engine onnxruntime.',
        cause,
      });
    } finally {
      image.dispose();
    }
  }

  close(): Promise<void> {
    this.#detector.dispose();
    return Promise.resolve();
  }

  /** For a score of 1, rounding has destroyed the logit. */
  #unshifted(score: number): number {
    if (score === 1) return 1;
    return Math.max(this.#threshold, 1 / (1 + Math.exp(this.#shift - logitOf(score))));
  }
}

/**
 * The network in the package's format: one list of [logit, 16 values of the box]. `shift` moves all logits so that the
 * package's threshold matches ours.
 */
function writeModel(network: BlazeFace, shift: number): io.IOHandler {
  const graph = new TfGraphBuilder('normalized');
  network.describe(graph);
  const float = { T: type('float32') };
  const list = (name: string, values: number): string => {
    const parts = network.levels.map((_, level) =>
      graph.node('Reshape', [`${name} ${level}`, graph.ints([1, -1, values], [3])], float),
    );
    if (parts.length === 1) return parts.join();
    return graph.node('ConcatV2', [...parts, graph.ints([1], [])], { ...float, N: int(parts.length) });
  };
  const logits = graph.node('AddV2', [list('logits', 1), graph.floats([shift], [1])], float);
  const inputs = [logits, list('boxes', VALUES_PER_BOX), graph.ints([2], [])];
  // The package expects this name.
  graph.node('ConcatV2', inputs, { ...float, N: int(2) }, 'Identity');
  return graph.finish();
}

function logitOf(score: number): number {
  return Math.log(score / (1 - score));
}

function hasScores(detector: FaceDetector): detector is FaceDetector & ScoredFaces {
  return 'detectFaces' in detector && typeof detector.detectFaces === 'function';
}
