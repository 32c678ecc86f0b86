/**
 * The detector's program with a fault: `slow:NAME` answers 300 ms late, `throws:NAME` fails at every third look,
 * anything else is the detector of that name.
 */
import { createConfiguredDetector } from '../../src/detect/configured-detector.ts';
import { sentError, type DetectorAnswer, type DetectorRequest } from '../../src/observe/detector-messages.ts';
import { PictureReceiver } from '../../src/observe/picture-pipe.ts';

const LATE = 300;

function say(answer: DetectorAnswer): void {
  process.send?.(answer);
}

const opening = await new Promise<DetectorRequest & { kind: 'open' }>((resolve) => {
  process.once('message', resolve);
});
const [, fault, name] = /^(?:(slow|throws):)?(.*)$/.exec(opening.config.detector)!;
const detector = await createConfiguredDetector({ ...opening.config, detector: name! });
const receiver = new PictureReceiver();
let looks = 0;
process.on('message', (message: DetectorRequest) => {
  if (message.kind !== 'detect') return;
  looks += 1;
  const { pictures } = receiver.receive(message.pictures);
  if (fault === 'throws' && looks % 3 === 0) {
    const error = sentError(new Error('a fault that was asked for'));
    say({ kind: 'failed', id: message.id, error });
    return;
  }
  // A late look is followed by none: its buffer is never needed again.
  detector.detect(pictures, message.atLeast).then(
    (faces) => {
      setTimeout(say, fault === 'slow' ? LATE : 0, { kind: 'faces', id: message.id, faces });
    },
    (error: unknown) => {
      say({ kind: 'failed', id: message.id, error: sentError(error) });
    },
  );
});
const { name: ofDetector, traits, description } = detector;
say({
  kind: 'ready',
  name: ofDetector,
  description: `${description}${fault === undefined ? '' : `, ${fault}`}`,
  traits,
});
