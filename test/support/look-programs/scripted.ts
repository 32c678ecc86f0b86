import type { LookAnswer, LookMessage } from '../../../src/pipeline/live/look-messages.ts';

/**
 * A process in place of the real detector. Its threshold says what it does: below 0.5 it finds one face in the middle
 * of every picture; at 0.6 it throws at every look, at 0.7 it dies at the first, at 0.8 it does not start, at 0.9 it
 * never answers.
 */
let threshold = 0;
const say = (answer: LookAnswer): void => {
  process.send?.(answer);
};
process.on('message', (message: LookMessage) => {
  if (message.kind === 'open') {
    threshold = message.config.threshold;
    if (threshold === 0.8) say({ kind: 'failed', message: 'no detector here' });
    else say({ kind: 'ready', description: 'a scripted detector' });
    return;
  }
  const { id, pictures } = message;
  if (threshold === 0.6) say({ kind: 'failed', message: 'it threw' });
  if (threshold === 0.7) process.exit(1);
  if (threshold >= 0.6) return;
  const { width, height } = pictures[0]!;
  const box = { x: width / 4, y: height / 4, width: width / 2, height: height / 2 };
  say({ kind: 'faces', id, faces: [{ box, score: 0.9 }] });
});
