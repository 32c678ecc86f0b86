import { createConfiguredDetector } from '../detect/configured-detector.ts';
import { loggerTo } from '../logger.ts';
import { PictureReceiver } from './picture-pipe.ts';
import { sentError, type DetectorAnswer, type DetectorRequest } from './detector-messages.ts';

/**
 * The detector process: engines block their thread, but frames must go on, and a crash or a hang must not stop them. It
 * ends when its owner disconnects.
 */
function say(answer: DetectorAnswer): void {
  process.send?.(answer);
}

const logger = loggerTo((level, message) => {
  say({ kind: 'log', level, message });
});

async function serve(): Promise<void> {
  const { config } = await new Promise<DetectorRequest & { kind: 'open' }>((resolve) => {
    process.once('message', resolve);
  });
  // A thorough run searches the whole video before it encodes.
  const leavesCores = config.effort !== 'thorough';
  const detector = await createConfiguredDetector(config, logger, { leavesCores });
  const receiver = new PictureReceiver();
  process.on('message', (request: DetectorRequest) => {
    if (request.kind !== 'detect') return;
    const { id, atLeast } = request;
    const { pictures, release } = receiver.receive(request.pictures);
    detector.detect(pictures, atLeast).then(
      (faces) => {
        release();
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

// Kill it, as its owner would: threads of an engine might keep it alive.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

serve().catch((error: unknown) => {
  say({ kind: 'failed', id: null, error: sentError(error) });
});
