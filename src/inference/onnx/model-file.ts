import { readFile, stat } from 'node:fs/promises';
import { VeilError } from '../../errors.ts';
import { ONNX_ATTRIBUTE, ONNX_TYPE, decodeOnnx } from './messages.ts';
import type { OnnxDimension, OnnxModel, OnnxTensor, OnnxValueInfo } from './messages.ts';

/** Far larger than any face detector that is fast enough for video. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Maximum side of a fixed input. */
const MAX_SIDE = 4096;

/** A network from a file with one picture as input: float32 [1, 3, height, width]. */
export interface OnnxFile {
  readonly model: OnnxModel;
  /** Name of the input tensor. */
  readonly input: string;
  /** Its fixed input size; null for any size. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/**
 * Reads a user's model file. Refuses features that could read other files (external data) or run forever (control
 * flow).
 *
 * @throws VeilError MODEL_NOT_FOUND, MODEL_INVALID with the reason
 */
export async function readOnnxFile(path: string): Promise<OnnxFile> {
  const model = parse(path, await readBounded(path));
  const { graph } = model;
  checkContent(path, model);
  // Old files list their weights among the inputs.
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw invalidModel(path, `it has ${inputs.length} inputs instead of one picture`);
  }
  return { model, input: input.name, size: sizeOf(path, input) };
}

export function invalidModel(path: string, why: string, cause?: unknown): VeilError {
  return new VeilError(
    'MODEL_INVALID',
    `${path} can't be used as a face detector: ${why.replace(/\.$/, '')}.`,
    {
      hint: 'It must be a YuNet or SCRFD network in ONNX format.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw invalidModel(path, 'it is not a file');
    if (info.size > MAX_BYTES) throw invalidModel(path, `it is larger than ${MAX_BYTES / 2 ** 20} MiB`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof VeilError) throw cause;
    throw new VeilError('MODEL_NOT_FOUND', `The model ${path} does not exist or can't be read.`, {
      hint: 'Give the path of an .onnx file, or the name of a stored model (veil models list).',
      cause,
    });
  }
}

function parse(path: string, bytes: Uint8Array): OnnxModel {
  let model: Partial<OnnxModel>;
  try {
    model = decodeOnnx(bytes);
  } catch (cause) {
    throw invalidModel(path, 'it is not an ONNX model', cause);
  }
  if (model.graph === undefined || model.graph.node.length === 0) {
    throw invalidModel(path, 'it is not an ONNX model');
  }
  return model as OnnxModel;
}

function checkContent(path: string, { graph, functions = [] }: OnnxModel): void {
  const isElsewhere = (tensor: OnnxTensor | null | undefined): boolean => (tensor?.dataLocation ?? 0) !== 0;
  for (const node of graph.node) {
    if (!['', 'ai.onnx', undefined].includes(node.domain)) {
      throw invalidModel(path, `it has the foreign operator ${node.domain ?? ''}.${node.opType}`);
    }
    for (const { type, t } of node.attribute) {
      if (type === ONNX_ATTRIBUTE.graph || type === ONNX_ATTRIBUTE.graphs) {
        throw invalidModel(path, `it has control flow (${node.opType})`);
      }
      if (isElsewhere(t)) throw invalidModel(path, 'parts of it lie in other files');
    }
  }
  if (graph.initializer.some(isElsewhere)) throw invalidModel(path, 'its weights lie in other files');
  if (functions.length > 0) throw invalidModel(path, 'it defines operators of its own');
}

function sizeOf(path: string, { type }: OnnxValueInfo): OnnxFile['size'] {
  const dims = type?.tensorType?.shape?.dim ?? [];
  const [batch, channels, height, width] = dims;
  const takesPicture =
    type?.tensorType?.elemType === ONNX_TYPE.float &&
    dims.length === 4 &&
    [0, 1].includes(fixed(batch)) &&
    [0, 3].includes(fixed(channels));
  if (!takesPicture) throw invalidModel(path, 'its input is not float32 [1, 3, height, width]');
  if (fixed(height) === 0 || fixed(width) === 0) return null;
  if (fixed(height) > MAX_SIDE || fixed(width) > MAX_SIDE) {
    throw invalidModel(path, `its input of ${fixed(width)}×${fixed(height)} is too large`);
  }
  return { width: fixed(width), height: fixed(height) };
}

/** 0 for a dynamic size. */
function fixed(dimension: OnnxDimension | undefined): number {
  return Math.max(0, dimension?.dimValue ?? 0);
}
