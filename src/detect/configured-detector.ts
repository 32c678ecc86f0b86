import { join } from 'node:path';
import { dataFolder, modelFolder } from '../config/data-folder.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { leaveCores } from '../inference/onnx/session.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { ModelStore } from '../models/model-store.ts';
import { createDetector } from './create-detector.ts';
import type { Detector } from './detector.ts';

/** Lowest reported score, even if the threshold for covers is higher: lower detections show doubts. */
export const LOWEST_SCORE = 0.2;

/**
 * The detector of a config, with access to stored models. It reports scores from its threshold on, or from
 * `LOWEST_SCORE` if that is lower.
 *
 * @param options.leavesCores leave cores to processes that decode and encode. Default false: use all cores
 * @throws VeilError see `createDetector`
 */
export function createConfiguredDetector(
  config: Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold'>,
  logger: Logger = silentLogger,
  { leavesCores = false }: { readonly leavesCores?: boolean } = {},
): Promise<Detector> {
  if (leavesCores) leaveCores();
  const store = new ModelStore(modelFolder());
  const { detector, engine, threshold } = config;
  return createDetector({
    detector,
    engine,
    threshold: Math.min(threshold, LOWEST_SCORE),
    logger,
    modelPath: (name) => store.resolve(name),
    engineCache: join(dataFolder(), 'engine.json'),
  });
}
