import { SCRIPTED_TRAITS } from '../scripted-detector.ts';
import {
  sentError,
  type DetectorAnswer,
  type DetectorRequest,
} from '../../../src/observe/detector-messages.ts';
import { PictureReceiver } from '../../../src/observe/picture-pipe.ts';

/**
 * A substitute for the detector process. The name of its detector selects the behaviour: `face` finds one face in the
 * middle of every picture, `nobody` none, `slow` does so after half a second, `throws` fails at every look, `dies` ends
 * at the first, `absent` does not start, `reads` finds a face in every picture with scores from its first and last
 * byte, `mute` never reports its start, `hangs` never answers.
 */
let behaviour = '';
const receiver = new PictureReceiver();
const say = (answer: DetectorAnswer): void => {
  process.send?.(answer);
};
process.on('message', (message: DetectorRequest) => {
  if (message.kind === 'open') {
    behaviour = message.config.detector;
    if (behaviour === 'absent')
      say({ kind: 'failed', id: null, error: sentError(new Error('no detector here')) });
    else if (behaviour !== 'mute')
      say({ kind: 'ready', name: behaviour, description: `process ${process.pid}`, traits: SCRIPTED_TRAITS });
    return;
  }
  const { id } = message;
  const { pictures, release } = receiver.receive(message.pictures);
  const read = pictures.map(({ width, height, data }) => ({
    box: { x: 0, y: 0, width, height },
    score: (data[0]! + data.at(-1)!) / 512,
  }));
  release();
  const { width, height } = pictures[0]!;
  const box = { x: width / 4, y: height / 4, width: width / 2, height: height / 2 };
  const answer: DetectorAnswer = { kind: 'faces', id, faces: [{ box, score: 0.9 }] };
  if (behaviour === 'throws') say({ kind: 'failed', id, error: sentError(new Error('it threw')) });
  else if (behaviour === 'dies') process.exit(1);
  else if (behaviour === 'slow') setTimeout(say, 500, answer);
  else if (behaviour === 'face') say(answer);
  else if (behaviour === 'reads') say({ ...answer, faces: read });
  else if (behaviour === 'nobody') say({ ...answer, faces: [] });
});
