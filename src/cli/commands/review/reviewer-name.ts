import { userInfo } from 'node:os';
import { VeilError } from '../../../errors.ts';
import type { Io } from '../../io.ts';

/** Limit of names in edit logs. */
const LONGEST = 100;

/**
 * The reviewer: the given name, else that of the user.
 *
 * @throws VeilError USAGE for a name that is empty, too long, or has invalid characters
 */
export function reviewerName(given: string | undefined, env: Io['env']): string {
  if (given === undefined) return cleaned(userName(env)).slice(0, LONGEST) || 'unknown';
  const name = given.trim();
  if (name.length > 0 && name.length <= LONGEST && name === cleaned(name)) return name;
  throw new VeilError('USAGE', `--by needs a name of 1 to ${LONGEST} characters, in one line.`);
}

/** Some machines have no entry for their user, such as containers. */
function userName(env: Io['env']): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (error instanceof Error) return env['USER'] ?? env['USERNAME'] ?? '';
    throw error;
  }
}

function cleaned(name: string): string {
  return name.replace(/\p{Cc}/gu, '');
}
