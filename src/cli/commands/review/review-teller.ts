import type { FolderStatus } from '../../../review/folder/folder-review.ts';
import type { Holder } from '../../../review/lock.ts';
import { shellWord } from '../../../base/shell-word.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../report/terminal-text.ts';
import type { ReviewFlags } from './review-flags.ts';

/** Prints the messages of `veil review`: sentences, or with `--json` one object per line. */
export class ReviewTeller {
  readonly #io: Io;
  readonly #flags: Pick<ReviewFlags, 'json' | 'quiet'>;

  constructor(io: Io, flags: Pick<ReviewFlags, 'json' | 'quiet'>) {
    this.#io = io;
    this.#flags = flags;
  }

  where(url: string): void {
    if (this.#flags.json === true) this.#write({ type: 'review', url });
    else
      this.#io.stdout.write(
        `Review: ${printable(url)}\nOpen it in a browser on this machine. Ctrl-C ends it.\n`,
      );
  }

  note(text: string): void {
    if (this.#flags.json === true) this.#write({ type: 'notice', message: text });
    else if (this.#flags.quiet !== true) this.#io.stdout.write(`${printable(text)}\n`);
  }

  isReadOnly({ host, pid }: Holder, again: readonly string[]): void {
    this.note(
      `This review is read only: ${host === '' ? 'another process' : `process ${pid} on ${host}`} has the file open. ` +
        `If that review has ended: veil review ${again.map(shellWord).join(' ')} --take-over`,
    );
  }

  end({ isIdle, left, isRendered }: { isIdle: boolean; left: number; isRendered: boolean }): void {
    if (this.#flags.json === true) {
      this.#write({ type: 'end', reason: isIdle ? 'idle' : 'closed', left, rendered: isRendered });
      return;
    }
    if (isIdle) this.note('Nothing was done for a while: the review ends. What was decided is saved.');
    if (left > 0) this.note(`${left} ${left === 1 ? 'place is' : 'places are'} left to look at.`);
    else if (!isRendered)
      this.note('What was decided is not rendered yet: veil render, or Render on the page.');
  }

  folderEnd({ places, openFiles, unsearched, broken, unrendered }: FolderStatus, isIdle: boolean): void {
    if (this.#flags.json === true) {
      const left = { left: places, openFiles, unsearched, broken, unrendered };
      this.#write({ type: 'end', reason: isIdle ? 'idle' : 'closed', ...left });
      return;
    }
    if (isIdle) this.note('Nothing was done for a while: the review ends. What was decided is saved.');
    const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;
    const are = (count: number): string => (count === 1 ? 'is' : 'are');
    if (places > 0) {
      const text = `${places} ${places === 1 ? 'place' : 'places'}`;
      this.note(`${text} in ${files(openFiles)} ${are(places)} left to look at.`);
    }
    if (unsearched > 0) this.note(`${files(unsearched)} ${are(unsearched)} not searched for faces yet.`);
    if (broken > 0) this.note(`${files(broken)} can’t be reviewed; see the messages on the page.`);
    if (unrendered > 0) this.note(`${files(unrendered)} ${are(unrendered)} reviewed and not rendered yet.`);
  }

  #write(value: object): void {
    this.#io.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
