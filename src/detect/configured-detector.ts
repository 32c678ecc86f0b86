import { join } from 'node:path';
import { dataFolder, modelFolder } from '../config/data-folder.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { leaveCores } from '../inference/onnx/session.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { ModelStore } from '../models/model-store.ts';
import { createDetector } from './create-detector.ts';
import type { Detector } from './detector.ts';

/** Score from which detections are reported, also where the threshold for covers is higher: lower ones show doubts. */
export const LOWEST_SCORE = 0.2;

/**
 * The detector that a config names, with stored models at hand. It reports scores from its threshold upwards, or from
 * `LOWEST_SCORE` where that is lower.
 *
 * @param options.leavesCores this process works beside others that decode and encode. Default false: it has all cores
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
