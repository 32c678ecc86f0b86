import { VeilError, assertNever } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Detector } from './detector.ts';
import type { Engine } from '../inference/engine.ts';
import { chooseEngine } from '../inference/choose-engine.ts';
import { createOnnxRuntimeEngine } from '../inference/onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from '../inference/tf/tensorflow-engine.ts';
import { BUILT_IN_NAMES, knownModel } from '../models/model-registry.ts';
import { readVeilFace } from './networks/veil-face.ts';
import { createCrowdDetector } from './crowd-detector.ts';

export interface DetectorOptions {
  /** `crowd`, `webcam`, `ssd`, the name of a stored model, or the path of an .onnx file. */
  readonly detector: string;
  readonly engine: 'auto' | 'onnxruntime' | 'tensorflow';
  /** Lowest score of a face, 0…1. */
  readonly threshold: number;
  readonly logger: Logger;
  /** Returns the path of a stored, verified model: `ModelStore.resolve`. Default: no stored models. */
  readonly modelPath?: (name: string) => Promise<string>;
  /** File that remembers the fastest engine of this machine; without it `auto` does not measure. */
  readonly engineCache?: string;
}

/** Small, and enough to run every layer once. */
const WARM_UP = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64) };

/**
 * Creates the detector that the options name, and runs it once, so that a detector that does not work fails here and
 * not in the middle of a video.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE, ENGINE_UNAVAILABLE, MODEL_NOT_FOUND, MODEL_HASH_MISMATCH,
 *   MODEL_INVALID, DETECTOR_FAILED
 */
export async function createDetector(options: DetectorOptions): Promise<Detector> {
  const detector = await open(options);
  try {
    await detector.detect([WARM_UP]);
  } catch (error) {
    await detector.close();
    throw error;
  }
  options.logger.debug(`Detector: ${detector.name}, ${detector.description}.`);
  return detector;
}

async function open(options: DetectorOptions): Promise<Detector> {
  const { detector: name, threshold, logger } = options;
  if (name === 'crowd') return createCrowdDetector(await engineFor(options), { name, threshold });
  // Other detectors are loaded on demand, because their dependencies load slowly.
  if (name === 'ssd') {
    const { createSsdDetector } = await import('./ssd-detector.ts');
    return createSsdDetector(await engineFor(options), { name, threshold });
  }
  if (name === 'webcam') {
    const { createWebcamDetector } = await import('./webcam-detector.ts');
    return createWebcamDetector({ engine: await engineFor(options), threshold, logger });
  }
  const path = name.toLowerCase().endsWith('.onnx') ? name : await pathOf(options, name);
  refuseTensorflow(options);
  const { createYunetDetector } = await import('./yunet-detector.ts');
  return createYunetDetector({ name, path, threshold });
}

async function pathOf({ modelPath }: DetectorOptions, name: string): Promise<string> {
  try {
    if (modelPath !== undefined) return await modelPath(name);
  } catch (error) {
    if (!(error instanceof VeilError) || error.code !== 'MODEL_NOT_FOUND' || knownModel(name) !== undefined)
      throw error;
  }
  throw new VeilError('DETECTOR_UNAVAILABLE', `There is no detector ${JSON.stringify(name)}.`, {
    hint: `Use ${BUILT_IN_NAMES.join(', ')}, the name of a stored model (veil models list), or the path of an .onnx file.`,
  });
}

function refuseTensorflow({ engine, detector }: DetectorOptions): void {
  if (engine !== 'tensorflow') return;
  throw new VeilError('ENGINE_UNAVAILABLE', `${detector} runs on ONNX Runtime only, not on TensorFlow.`, {
    hint: 'Remove --engine, or use --detector crowd.',
  });
}

/** Measures and remembers the fastest engine if there is a cache; else ONNX Runtime, usually the faster one. */
async function engineFor({ engine, engineCache, logger }: DetectorOptions): Promise<Engine> {
  if (engineCache !== undefined)
    return chooseEngine(engine, { network: readVeilFace, logger, cacheFile: engineCache });
  switch (engine) {
    case 'onnxruntime':
      return createOnnxRuntimeEngine();
    case 'tensorflow':
      return createTensorflowEngine();
    case 'auto':
      try {
        return await createOnnxRuntimeEngine();
      } catch (error) {
        if (!(error instanceof VeilError) || error.code !== 'ENGINE_UNAVAILABLE') throw error;
        logger.info(`TensorFlow.js is used, which is slower. ${error.message}`);
        return createTensorflowEngine();
      }
    default:
      return assertNever(engine);
  }
}
