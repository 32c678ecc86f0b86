import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installHint } from '../../base/missing-package.ts';
import { VeilError } from '../../errors.ts';
import type { Network } from '../../inference/engine.ts';
import type { GraphBuilder } from '../../inference/graph.ts';
import { convertTflite, outputHeads } from '../../inference/tflite-network.ts';
import { parseTflite, type TfliteModel } from '../../models/tflite/tflite-model.ts';

/** Range of the network: faces up to about 2 m, or up to about 5 m, from a webcam. */
export type BlazeFaceRange = 'short' | 'full';

/** A feature map in which the network predicts boxes. */
export interface BlazeFaceLevel {
  /** Pixels between adjacent cells. */
  readonly stride: number;
  /** Boxes per cell. */
  readonly anchors: number;
}

/** Outputs of each level i: `boxes i`, 16 values per anchor, and `logits i`, one per anchor. */
export interface BlazeFace extends Network {
  readonly range: BlazeFaceRange;
  /** Side of its square input, pixels. */
  readonly size: number;
  readonly levels: readonly BlazeFaceLevel[];
}

/** Centre, size and six points (eyes, nose, mouth, ears), two values each. */
export const VALUES_PER_BOX = 16;

/**
 * BlazeFace (Bazarevsky et al. 2019), with the weights in MediaPipe's package.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE if the package is missing, MODEL_INVALID if its file is not the expected one
 */
export async function readBlazeFace(range: BlazeFaceRange): Promise<BlazeFace> {
  const file = `face_detection_${range}_range.tflite`;
  return parseBlazeFace(range, await readPackageFile(file));
}

/** @throws VeilError MODEL_INVALID */
export function parseBlazeFace(range: BlazeFaceRange, bytes: Uint8Array): BlazeFace {
  const { model, heads } = checked(range, () => readHeads(parseTflite(bytes)));
  const size = model.tensors[model.inputs[0] ?? -1]?.shape[1] ?? 0;
  return {
    name: `blazeface-${range}`,
    range,
    size,
    levels: checked(range, () => heads.map((head) => levelOf(model, size, head))),
    describe: (graph) => {
      checked(range, () => {
        describe(graph, model, heads);
      });
    },
  };
}

/** Tensors of one level. */
interface Head {
  readonly boxes: number;
  readonly logits: number;
}

function readHeads(model: TfliteModel): { model: TfliteModel; heads: Head[] } {
  const [boxes = [], logits = []] = model.outputs.map((output) => outputHeads(model, output));
  if (boxes.length === 0 || boxes.length !== logits.length) throw new RangeError('it has other outputs');
  return { model, heads: boxes.map((index, level) => ({ boxes: index, logits: logits[level] ?? -1 })) };
}

function levelOf({ tensors }: TfliteModel, size: number, { boxes, logits }: Head): BlazeFaceLevel {
  const [, height, width, values = 0] = tensors[boxes]?.shape ?? [];
  const [, rows, columns, anchors = 0] = tensors[logits]?.shape ?? [];
  const stride = size / (height ?? NaN);
  const fits = height === width && height === rows && rows === columns && values === VALUES_PER_BOX * anchors;
  if (!fits || !Number.isInteger(stride)) throw new RangeError('its outputs have other shapes');
  return { stride, anchors };
}

function describe<T>(graph: GraphBuilder<T>, model: TfliteModel, heads: readonly Head[]): void {
  const picture = graph.picture({ mean: [127.5, 127.5, 127.5], scale: 1 / 127.5 });
  const maps = convertTflite(graph, model, picture);
  for (const [level, { boxes, logits }] of heads.entries()) {
    const map = maps.get(boxes);
    const scores = maps.get(logits);
    if (map === undefined || scores === undefined) throw new RangeError('its outputs are never computed');
    graph.output(`boxes ${level}`, map);
    graph.output(`logits ${level}`, scores);
  }
}

function checked<R>(range: BlazeFaceRange, read: () => R): R {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `The ${range} range model of @mediapipe/face_detection can't be used: ${cause.message}.`;
    throw new VeilError('MODEL_INVALID', message, { hint: REINSTALL, cause });
  }
}

async function readPackageFile(file: string): Promise<Uint8Array> {
  try {
    const main = createRequire(import.meta.url).resolve('@mediapipe/face_detection/package.json');
    return await readFile(join(dirname(main), file));
  } catch (cause) {
    const message = `The webcam detector can't be used: ${file} of @mediapipe/face_detection can't be read.`;
    throw new VeilError('DETECTOR_UNAVAILABLE', message, { hint: REINSTALL, cause });
  }
}

const REINSTALL = installHint('@mediapipe/face_detection');
