import { createConfiguredDetector } from '../detect/configured-detector.ts';
import type { Logger } from '../logger.ts';
import { sentError, type DetectorAnswer, type DetectorRequest } from './detector-messages.ts';

/**
 * A process that detects: engines block the thread that they are called on, while frames must go on, and one that
 * crashes or hangs must not take the frames with it. It ends when its owner lets go of it.
 */
function say(answer: DetectorAnswer): void {
  process.send?.(answer);
}

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

async function serve(): Promise<void> {
  const { config } = await new Promise<DetectorRequest & { kind: 'open' }>((resolve) => {
    process.once('message', resolve);
  });
  // A thorough run looks through all of the video before it encodes any of it.
  const leavesCores = config.effort !== 'thorough';
  const detector = await createConfiguredDetector(config, logger, { leavesCores });
  process.on('message', (request: DetectorRequest) => {
    if (request.kind !== 'detect') return;
    const { id, pictures, atLeast } = request;
    detector.detect(pictures, atLeast).then(
      (faces) => {
        say({ kind: 'faces', id, faces });
      },
      (error: unknown) => {
        say({ kind: 'failed', id, error: sentError(error) });
      },
    );
  });
  const { name, description, traits, weightFiles = [] } = detector;
  say({ kind: 'ready', name, description, traits, weightFiles });
}

// As its owner would: threads of an engine might keep it alive.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

serve().catch((error: unknown) => {
  say({ kind: 'failed', id: null, error: sentError(error) });
});
