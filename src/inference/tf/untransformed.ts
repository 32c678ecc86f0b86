import type { Tensor } from '@tensorflow/tfjs-core';
import type { TfBackend } from './backend.ts';

/**
 * `tf.image.transform` for backends without it, such as tfjs-node: only for pictures of the right size, which need no
 * transform.
 */
export function registerUntransformed({ tf, backend }: TfBackend): void {
  const kernelName = 'Transform';
  if (tf.getKernelsForBackend(backend).some((kernel) => kernel.kernelName === kernelName)) return;
  tf.registerKernel({
    kernelName,
    backendName: backend,
    kernelFunc: ({ inputs, attrs }) => {
      const image = inputs['image'] as Tensor;
      const transforms = (inputs['transforms'] as Tensor).dataSync();
      const [, height, width] = image.shape;
      const [rows, columns] = (attrs?.['outputShape'] ?? []) as readonly number[];
      const identity = [1, 0, 0, 0, 1, 0, 0, 0];
      const moved = identity.some((value, index) => Math.abs(value - (transforms[index] ?? NaN)) > 1e-6);
      if (moved || height !== rows || width !== columns) {
        throw new RangeError(`${backend} can't transform pictures.`);
      }
      return tf.clone(image);
    },
  });
}
