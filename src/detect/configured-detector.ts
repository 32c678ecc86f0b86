import { join } from 'node:path';
import { dataFolder, modelFolder } from '../config/data-folder.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { ModelStore } from '../models/model-store.ts';
import { createDetector } from './create-detector.ts';
import type { Detector } from './detector.ts';

/**
 * The detector that a config names, with stored models at hand.
 *
 * @throws VeilError see `createDetector`
 */
export function createConfiguredDetector(
  config: Pick<ResolvedConfig, 'detector' | 'engine' | 'threshold'>,
  logger: Logger = silentLogger,
): Promise<Detector> {
  const store = new ModelStore(modelFolder());
  const { detector, engine, threshold } = config;
  return createDetector({
    detector,
    engine,
    threshold,
    logger,
    modelPath: (name) => store.resolve(name),
    engineCache: join(dataFolder(), 'engine.json'),
  });
}
