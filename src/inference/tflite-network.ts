import type { GraphBuilder } from './graph.ts';
import type { Weights } from '../models/weights.ts';
import { float32Of } from '../models/float32-of.ts';
import type { TfliteModel, TfliteOperator } from '../models/tflite/tflite-model.ts';

/**
 * Describes a .tflite network to a builder, from the picture on, without the final flattening and joining of its
 * results.
 *
 * @returns the feature map of each tensor that is one
 * @throws RangeError if its parts do not fit together
 */
export function convertTflite<T>(graph: GraphBuilder<T>, model: TfliteModel, picture: T): Map<number, T> {
  const walk = new Walk(graph, model, picture);
  for (const operator of model.operators) walk.step(operator);
  return walk.maps;
}

/**
 * The tensors that are joined into an output along its boxes, before they are flattened.
 *
 * @throws RangeError if the output is made in another way
 */
export function outputHeads(model: TfliteModel, output: number): number[] {
  const made = taken(
    model.operators.find(({ outputs }) => outputs.includes(output)),
    `output ${output}`,
  );
  if (made.kind === 'reshape') return made.inputs.slice(0, 1);
  if (made.kind === 'concatenation' && !made.inputs.includes(output)) {
    return made.inputs.map((part) => {
      const reshape = model.operators.find(({ outputs }) => outputs.includes(part));
      if (reshape?.kind !== 'reshape') throw new RangeError(`its output ${output} is joined in another way`);
      return reshape.inputs[0] ?? -1;
    });
  }
  throw new RangeError(`its output ${output} is not a list of boxes`);
}

/** Far more than such networks have; a hostile file must not fill the memory. */
const MAX_WEIGHTS = 2 ** 24;
const MAX_FACTOR = 8;
const MAX_PADDING = 4096;

class Walk<T> {
  readonly #graph: GraphBuilder<T>;
  readonly #model: TfliteModel;
  readonly maps: Map<number, T> = new Map<number, T>();
  readonly #weights = new Map<number, Weights>();
  #count = 0;

  constructor(graph: GraphBuilder<T>, model: TfliteModel, picture: T) {
    this.#graph = graph;
    this.#model = model;
    const [input] = model.inputs;
    if (input === undefined) throw new RangeError('it has no input');
    this.maps.set(input, picture);
  }

  step(operator: TfliteOperator): void {
    const [input = -1] = operator.inputs;
    const [output = -1] = operator.outputs;
    if (operator.kind === 'dequantize') {
      this.#weights.set(output, this.#constant(input));
    } else if (operator.kind !== 'reshape' && operator.kind !== 'concatenation') {
      this.maps.set(output, this.#compute(operator, operator.kind, input, output));
    }
  }

  #compute(
    { inputs, options }: TfliteOperator,
    kind: Exclude<TfliteOperator['kind'], 'dequantize' | 'reshape' | 'concatenation'>,
    input: number,
    output: number,
  ): T {
    const graph = this.#graph;
    const x = this.#map(input);
    const second = inputs[1] ?? -1;
    const third = inputs[2] ?? -1;
    const field = (number: number): number => options?.int8(number) ?? 0;
    const integer = (number: number): number => options?.int32(number) ?? 0;
    switch (kind) {
      case 'relu':
        return graph.relu(x);
      case 'add':
        return this.#activate(graph.add(x, this.#map(second)), field(0));
      case 'conv':
      case 'depthwiseConv': {
        const depthwise = kind === 'depthwiseConv';
        const kernel = depthwise ? depthwiseKernel(this.#constant(second)) : hwio(this.#constant(second));
        const bias = third === -1 ? null : this.#constant(third);
        same(integer(1), integer(2), 'strides');
        // Missing means 1; the fields follow the depth multiplier and the activation.
        if (Math.max(integer(depthwise ? 5 : 4), integer(depthwise ? 6 : 5)) > 1) {
          throw new RangeError('it uses dilation, which is not known here');
        }
        const place = { stride: integer(1), padding: paddingOf(field(0)) };
        const result = depthwise
          ? graph.depthwiseConv(x, kernel, bias, place)
          : graph.conv(x, kernel, bias, place);
        return this.#activate(result, field(depthwise ? 4 : 3));
      }
      case 'maxPool':
        same(integer(1), integer(2), 'strides');
        same(integer(3), integer(4), 'window sides');
        return this.#activate(
          graph.maxPool(x, integer(3), { stride: integer(1), padding: paddingOf(field(0)) }),
          field(5),
        );
      case 'pad':
        return this.#pad(x, input, output);
      case 'resizeBilinear': {
        if (field(2) !== 0 || field(3) !== 1) throw new RangeError('it resizes in an unknown way');
        const factor = this.#shape(output)[1]! / this.#shape(input)[1]!;
        if (!Number.isInteger(factor) || factor > MAX_FACTOR)
          throw new RangeError('it resizes by an odd factor');
        return graph.resize(x, { factor }, 'bilinear');
      }
    }
  }

  /** Pads channels only; shapes tell how many. */
  #pad(x: T, input: number, output: number): T {
    const [before, after] = [this.#shape(input), this.#shape(output)];
    if (before[1] !== after[1] || before[2] !== after[2]) throw new RangeError('it pads more than channels');
    const count = (after[3] ?? 0) - (before[3] ?? 0);
    if (!(count >= 0 && count <= MAX_PADDING)) throw new RangeError(`it pads by ${count} channels`);
    return count === 0 ? x : this.#graph.padChannels(x, count);
  }

  #activate(x: T, activation: number): T {
    if (activation === 0) return x;
    if (activation === 1) return this.#graph.relu(x);
    if (activation === 3) return this.#graph.relu6(x);
    throw new RangeError(`it uses activation ${activation}, which is not known here`);
  }

  #map(index: number): T {
    return taken(this.maps.get(index), `tensor ${index}`);
  }

  #shape(index: number): readonly number[] {
    return taken(this.#model.tensors[index], `tensor ${index}`).shape;
  }

  #constant(index: number): Weights {
    const known = this.#weights.get(index);
    if (known !== undefined) return known;
    const { shape, type, bytes } = taken(this.#model.tensors[index], `tensor ${index}`);
    if (bytes.length === 0) throw new RangeError(`tensor ${index} has no weights`);
    if (type === 'int32') throw new RangeError(`tensor ${index} holds no fractions`);
    const data = float32Of(bytes, type);
    this.#count += data.length;
    if (this.#count > MAX_WEIGHTS) throw new RangeError('it has too many weights');
    return { shape, data };
  }
}

/** From [outputs, height, width, inputs] to [height, width, inputs, outputs]. */
function hwio({ shape, data }: Weights): Weights {
  const [outputs = 0, height = 0, width = 0, inputs = 0] = shape;
  const size = height * width * inputs;
  if (outputs * size !== data.length) throw new RangeError(`[${shape.join()}] is not the shape of a kernel`);
  const result = new Float32Array(data.length);
  for (let output = 0; output < outputs; output += 1) {
    for (let at = 0; at < size; at += 1) result[at * outputs + output] = data[output * size + at]!;
  }
  return { shape: [height, width, inputs, outputs], data: result };
}

/** From [1, height, width, channels]. */
function depthwiseKernel({ shape, data }: Weights): Weights {
  if (shape.length !== 4 || shape[0] !== 1)
    throw new RangeError(`[${shape.join()}] is not the shape of a depthwise kernel`);
  return { shape: shape.slice(1), data };
}

function paddingOf(number: number): 'same' | 'valid' {
  return number === 0 ? 'same' : 'valid';
}

function same(a: number, b: number, what: string): void {
  if (a !== b || a < 1) throw new RangeError(`it has ${what} of ${a} and ${b}`);
}

function taken<V>(value: V | undefined, what: string): V {
  if (value === undefined) throw new RangeError(`its ${what} is used before it is there`);
  return value;
}
