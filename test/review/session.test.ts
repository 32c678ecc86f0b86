import { expect, it } from 'vitest';
import type { ReviewFile } from '../../src/review/server/review-file.ts';
import { Session, type SessionOptions } from '../../src/review/server/session.ts';

it('carries out requests in the order in which they came, however long their checks take', async () => {
  const done: string[] = [];
  const slow = [30, 0, 0];
  const file: Partial<ReviewFile> = {
    checkOurs: async () => {
      const wait = slow.shift();
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (slow.length === 1) throw new Error('of somebody else');
    },
    apply: ({ type }) => {
      done.push(type);
      return Promise.resolve();
    },
    undo: () => {
      done.push('undo');
      return Promise.resolve();
    },
  };
  const session = new Session({ file: file as ReviewFile } as SessionOptions);
  const asked = [
    session.take({ type: 'edit', edit: { type: 'mute', from: 0, to: 1 } }),
    session.take({ type: 'redo' }),
    session.take({ type: 'undo' }),
  ];
  await expect(asked[1]).rejects.toThrow('of somebody else');
  await Promise.all([asked[0], asked[2]]);
  expect(done).toEqual(['mute', 'undo']);
});
