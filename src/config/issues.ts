import type { z } from 'zod';
import { OPTIONS, valueAt } from './options.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** A problem with one value, in words. */
export interface ConfigProblem {
  /** Dotted key, such as `look.sizes.0`; empty for the document itself. */
  readonly key: string;
  readonly message: string;
}

/** Turns the validator's issues into sentences with the key, the limit, the value found and a remedy. */
export function problemsOf(issues: readonly Issue[], values: unknown): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const key = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({ key, message: unknownKey(name, key) }));
    }
    // Custom messages of the schema are complete.
    if (issue.code === 'custom') return [{ key, message: issue.message }];
    const found = shown(key === '' ? values : valueAt(values, key));
    return [{ key, message: `${requirement(issue)}${found === '' ? '' : `, not ${found}`}` }];
  });
}

function requirement(issue: Issue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum}`
        : `must be at most ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum}`
        : `must be at least ${issue.minimum}`;
    case 'invalid_value':
      return `must be ${anyOf(issue.values.map(String))}`;
    case 'invalid_type':
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return 'must be true, false or a path';
    case 'invalid_format':
    case 'custom':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
      return issue.message;
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function unknownKey(name: string, parent: string): string {
  const prefix = parent === '' ? '' : `${parent}.`;
  const keys = OPTIONS.map(({ key }) => key);
  const names = new Set(
    keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length).split('.')[0]!),
  );
  // Users may write the name of a flag, or a key of another level.
  const byFlag = OPTIONS.find(({ flag }) => flag === name)?.key;
  const suggestion =
    didYouMean(name, names) || (byFlag === undefined ? didYouMean(name, keys) : `Did you mean ${byFlag}?`);
  return `unknown key ${shown(name)}${suggestion === '' ? `; known are ${[...names].join(', ')}` : `. ${suggestion}`}`;
}

function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** Short, on one line and without control characters: values may come from any source. */
function shown(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
