import { setTimeout as wait } from 'node:timers/promises';
import { VeilError } from '../../../src/errors.ts';
import { serveTasks } from '../../../src/jobs/child/serve-tasks.ts';

/** What the test program can be told. */
export interface TestWork {
  readonly task: 'say' | 'fail' | 'break' | 'die' | 'hang' | 'wait';
  readonly event: string;
  readonly result: number;
}

/** A program that does what a test tells it; its results are its process's number. */
serveTasks<TestWork>(async (task, { signal, tell }) => {
  tell(task);
  switch (task) {
    case 'say':
      return process.pid;
    case 'fail':
      throw new VeilError('INPUT_EMPTY', 'There is nothing.', { hint: 'Put something there.' });
    case 'break':
      throw new TypeError('something broke');
    case 'die':
      process.kill(process.pid, 'SIGKILL');
      return 0;
    case 'hang':
      await wait(60_000);
      return 0;
    case 'wait':
      await wait(60_000, undefined, { signal });
      return 0;
  }
});
