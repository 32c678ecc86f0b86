import type { Logger } from '../../logger.ts';
import { createConfiguredDetector } from '../../detect/configured-detector.ts';
import type { LookAnswer, LookMessage } from './detector-messages.ts';
import { reasonOf } from '../../base/reason.ts';

/**
 * A process that looks: engines block the thread that they are called on, while frames must go out on time, and one
 * that crashes or hangs must not take the frames with it. It ends when its owner lets go of it.
 */
function say(answer: LookAnswer): void {
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
  const config = await new Promise<LookMessage & { kind: 'open' }>((resolve) => {
    process.once('message', resolve);
  });
  const detector = await createConfiguredDetector(config.config, logger);
  process.on('message', (message: LookMessage) => {
    if (message.kind !== 'look') return;
    const { id, pictures, threshold } = message;
    detector.detect(pictures, threshold).then(
      (faces) => {
        say({ kind: 'faces', id, faces });
      },
      (error: unknown) => {
        say({ kind: 'failed', message: reasonOf(error) });
      },
    );
  });
  const { name, description, traits } = detector;
  say({ kind: 'ready', description: `${name}: ${description}`, traits });
}

serve().catch((error: unknown) => {
  say({ kind: 'failed', message: reasonOf(error) });
});
