import { parentPort, workerData } from 'node:worker_threads';
import type { Logger } from '../../logger.ts';
import { createConfiguredDetector } from '../anonymize-file.ts';
import type { LookAnswer, LookQuestion, LookWorkerData } from './look-messages.ts';

/** A thread that looks: engines block the thread that they are called on, and frames must go out on time. */
const port = parentPort;
if (port !== null) {
  const say = (answer: LookAnswer): void => {
    port.postMessage(answer);
  };
  const logger: Logger = {
    debug: (message) => {
      say({ kind: 'log', level: 'debug', message });
    },
    info: (message) => {
      say({ kind: 'log', level: 'info', message });
    },
    warn: (message) => {
      say({ kind: 'log', level: 'warn', message });
    },
  };
  // What fails here ends the thread, which its owner sees.
  const detector = await createConfiguredDetector(workerData as LookWorkerData, logger);
  port.on('message', ({ id, pictures }: LookQuestion) => {
    detector.detect(pictures).then(
      (faces) => {
        say({ kind: 'faces', id, faces });
      },
      (error: unknown) => {
        say({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  say({ kind: 'ready', description: `${detector.name}: ${detector.description}` });
}
