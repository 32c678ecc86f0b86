import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_FILE_HINT } from '../../base/missing-package.ts';
import { VeilError } from '../../errors.ts';
import type { Network } from '../../inference/engine.ts';
import type { GraphBuilder } from '../../inference/graph.ts';
import type { Weights } from '../../models/weights.ts';
import { readSafetensors } from '../../models/safetensors.ts';

/** Trained by `training/`; see `models/README.md`. */
export const VEIL_FACE_FILE: string = modelFile('veil-face');

/** The same network, trained for close-ups. */
export const VEIL_CLOSE_UP_FILE: string = modelFile('veil-close-up');

function modelFile(name: string): string {
  return fileURLToPath(new URL(`../../../models/${name}.safetensors`, import.meta.url));
}

/** Weights by name: [height, width, inputs, outputs] or, depthwise, [height, width, channels]; biases. */
type Layers = ReadonlyMap<string, Weights>;

/**
 * Veil's own network: depthwise-separable residual blocks, a top-down pyramid (Lin et al. 2017) and one small head per
 * level. Outputs `faces 8`, `faces 16` and `faces 32`, by stride: a score (logit) and a box per cell, decoded by
 * `decoders/veil-face.ts`. Input sides must be multiples of 32.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE
 */
export async function readVeilFace(file: string = VEIL_FACE_FILE): Promise<Network> {
  const layers = await readSafetensors(file);
  return {
    name: basename(file, '.safetensors'),
    describe: (graph) => {
      describe(graph, layers);
    },
  };
}

function describe<T>(graph: GraphBuilder<T>, layers: Layers): void {
  let x = graph.picture({ mean: [0, 0, 0], scale: 1 });
  x = graph.relu(convolution(graph, layers, x, 'stem', 2));
  const levels: T[] = [];
  for (let stage = 0; layers.has(`stages.${stage}.0.pointwise.kernel`); stage += 1) {
    for (let depth = 0; layers.has(`stages.${stage}.${depth}.pointwise.kernel`); depth += 1) {
      x = block(graph, layers, x, `stages.${stage}.${depth}`, depth === 0 ? 2 : 1);
    }
    // The first stage is too fine for detection.
    if (stage > 0) levels.push(x);
  }
  let above: T | null = null;
  for (let level = levels.length - 1; level >= 0; level -= 1) {
    const lateral = convolution(graph, layers, levels[level]!, `laterals.${level}`);
    const joined =
      above === null ? lateral : graph.add(lateral, graph.resize(above, { factor: 2 }, 'nearest'));
    above = graph.relu(joined);
    if (layers.has(`smooth.${level}.pointwise.kernel`)) {
      above = block(graph, layers, above, `smooth.${level}`, 1);
    }
    const answers = convolution(
      graph,
      layers,
      block(graph, layers, above, `heads.${level}`, 1),
      `outputs.${level}`,
    );
    graph.output(`faces ${8 * 2 ** level}`, answers);
  }
}

/** Depthwise, then pointwise; with a residual connection if the shapes agree, before the only ReLU. */
function block<T>(graph: GraphBuilder<T>, layers: Layers, x: T, name: string, stride: number): T {
  const kernel = take(layers, `${name}.depthwise.kernel`);
  const deep = graph.depthwiseConv(x, kernel, take(layers, `${name}.depthwise.bias`), {
    stride,
    padding: around(kernel),
  });
  const y = convolution(graph, layers, deep, `${name}.pointwise`);
  const residual = stride === 1 && graph.channels(x) === graph.channels(y);
  return graph.relu(residual ? graph.add(x, y) : y);
}

function convolution<T>(graph: GraphBuilder<T>, layers: Layers, x: T, name: string, stride = 1): T {
  const kernel = take(layers, `${name}.kernel`);
  return graph.conv(x, kernel, take(layers, `${name}.bias`), { stride, padding: around(kernel) });
}

/** Equal padding on all sides, even with a stride: a cell is centred on pixel (column × stride, row × stride). */
function around({ shape: [height = 1, width = 1] }: Weights) {
  const [down, across] = [(height - 1) / 2, (width - 1) / 2];
  return { top: down, bottom: down, left: across, right: across };
}

function take(layers: Layers, name: string): Weights {
  const weights = layers.get(name);
  if (weights !== undefined) return weights;
  throw new VeilError(
    'DETECTOR_UNAVAILABLE',
    `The built-in detector can't be used: it has no weights ${name}.`,
    {
      hint: OWN_FILE_HINT,
    },
  );
}
