import type { Rule } from './rule.ts';

const MOST_LINES = 300;

/** A marker of unfinished work in a comment. */
const UNFINISHED = /(?:\/\/|\/\*|^\s*\*).*\b(TODO|FIXME)\b/;

/** A file has one subject; past this length it has a second. */
export const filesAreShort: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines <= MOST_LINES
      ? []
      : [{ path, line: MOST_LINES + 1, message: `${lines} lines; at most ${MOST_LINES}` }];
  });

/** No unfinished work in the repository. */
export const nothingUnfinished: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const marker = UNFINISHED.exec(line)?.[1];
      return marker === undefined
        ? []
        : [{ path, line: index + 1, message: `${marker}: finish it or leave it out` }];
    }),
  );
