/**
 * The detector's program with a fault: `slow:NAME` answers 300 ms late, `throws:NAME` fails at every third look,
 * anything else is the detector of that name.
 */
import { createConfiguredDetector } from '../../src/detect/configured-detector.ts';
import type { LookAnswer, LookMessage } from '../../src/observe/live/detector-messages.ts';

const LATE = 300;

function say(answer: LookAnswer): void {
  process.send?.(answer);
}

const opening = await new Promise<LookMessage & { kind: 'open' }>((resolve) => {
  process.once('message', resolve);
});
const [, fault, name] = /^(?:(slow|throws):)?(.*)$/.exec(opening.config.detector)!;
const detector = await createConfiguredDetector({ ...opening.config, detector: name! });
let looks = 0;
process.on('message', (message: LookMessage) => {
  if (message.kind !== 'look') return;
  looks += 1;
  if (fault === 'throws' && looks % 3 === 0) {
    say({ kind: 'failed', message: 'a fault that was asked for' });
    return;
  }
  detector.detect(message.pictures, message.threshold).then(
    (faces) => {
      setTimeout(say, fault === 'slow' ? LATE : 0, { kind: 'faces', id: message.id, faces });
    },
    (error: unknown) => {
      say({ kind: 'failed', message: String(error) });
    },
  );
});
const description = `${detector.name}${fault === undefined ? '' : `, ${fault}`}`;
say({ kind: 'ready', description, traits: detector.traits });
