import { sha256OfText } from '../../base/sha256.ts';
import { beside, locationText } from '../storage/location.ts';
import type { Engine } from './engine.ts';
import type { FileJob } from './file-job.ts';
import { resultsOf } from './open-job.ts';

/** The longest time that the queue keeps a job, seconds. */
const REMEMBERED = 30 * 24 * 3600;

/** Registers which job makes which file, so that no second job for the same file waits for hours. */
export class Claims {
  readonly #engine: Engine;
  readonly #isOver: (id: string) => Promise<boolean>;

  /** @param isOver whether a job has ended */
  constructor(engine: Engine, isOver: (id: string) => Promise<boolean>) {
    this.#engine = engine;
    this.#isOver = isOver;
  }

  /**
   * Registers a job as the maker of its results.
   *
   * @returns a result that another job makes, and that job; null if there is none
   */
  async take(job: FileJob, id: string): Promise<{ readonly place: string; readonly holder: string } | null> {
    const { redis } = this.#engine;
    const taken: string[] = [];
    for (const place of placesOf(job)) {
      const key = `veil:output:${sha256OfText(place)}`;
      const isNew = (await redis.set(key, id, 'EX', REMEMBERED, 'NX')) === 'OK';
      const holder = isNew ? id : ((await redis.get(key)) ?? id);
      if (holder !== id && !(await this.#isOver(holder))) {
        if (taken.length > 0) await redis.del(taken);
        return { place, holder };
      }
      if (!isNew) await redis.set(key, id, 'EX', REMEMBERED);
      taken.push(key);
    }
    return null;
  }
}

function placesOf(job: FileJob): string[] {
  const { main, sides } = resultsOf(job);
  return [main, ...sides].map(({ name }) => locationText(beside(job.output, name)));
}
