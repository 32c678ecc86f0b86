import { floats, int, ints, longs, valueInfo } from './elements.ts';
import { ONNX_TYPE } from './messages.ts';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from './messages.ts';
import type { OnnxFile } from './model-file.ts';
import { PICTURE_INPUT } from './onnx-graph-builder.ts';

/** From this IR version on, weights need not be listed among the inputs. */
const WEIGHTS_APART = 4;

/** A network's input format. */
export interface Preprocessing {
  readonly order: 'rgb' | 'bgr';
  readonly mean: number;
  /** (value - mean) × scale */
  readonly scale: number;
}

/** The same network for any picture size, even if it was made for a fixed one. */
export function withDynamicShape({ model, input }: OnnxFile): OnnxFile {
  const { graph } = model;
  // Inner shapes were computed for the fixed size.
  const outputs = graph.output.map(withoutShape);
  return {
    model: {
      ...model,
      irVersion: Math.max(model.irVersion, WEIGHTS_APART),
      graph: {
        ...graph,
        input: [valueInfo(input, ONNX_TYPE.float, [1, 3, 'height', 'width'])],
        output: outputs,
        valueInfo: [],
      },
    },
    input,
    size: null,
  };
}

/** The same network with a uint8 [1, height, width, 3] RGB picture as input. */
export function withUint8Input({ model, input, size }: OnnxFile, wants: Preprocessing): OnnxModel {
  const { graph } = model;
  const shape = [1, size?.height ?? 'height', size?.width ?? 'width', 3];
  const picture = valueInfo(PICTURE_INPUT, ONNX_TYPE.uint8, shape);
  const order = longs('picture order', wants.order === 'bgr' ? [2, 1, 0] : [0, 1, 2]);
  const mean = floats('picture mean', [1], [wants.mean]);
  const scale = floats('picture scale', [1], [wants.scale]);
  const nodes = [
    node('Transpose', [PICTURE_INPUT], 'picture planes', { perm: [0, 3, 1, 2] }),
    node('Gather', ['picture planes', 'picture order'], 'picture ordered', { axis: 1 }),
    node('Cast', ['picture ordered'], 'picture values', { to: ONNX_TYPE.float }),
    node('Sub', ['picture values', 'picture mean'], 'picture centred'),
    node('Mul', ['picture centred', 'picture scale'], input),
  ];
  return {
    ...model,
    irVersion: Math.max(model.irVersion, WEIGHTS_APART),
    graph: {
      ...graph,
      node: [...nodes, ...graph.node],
      initializer: [...graph.initializer, order, mean, scale],
      input: [picture],
    },
  };
}

function withoutShape(info: OnnxValueInfo): OnnxValueInfo {
  return {
    name: info.name,
    type: { tensorType: { elemType: info.type?.tensorType?.elemType ?? ONNX_TYPE.float } },
  };
}

function node(
  opType: string,
  input: string[],
  output: string,
  attributes: Record<string, number | number[]> = {},
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number' ? int(name, value) : ints(name, value),
  );
  return { opType, input, output: [output], attribute };
}
