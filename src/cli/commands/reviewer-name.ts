import { userInfo } from 'node:os';
import { VeilError } from '../../errors.ts';
import type { Io } from '../io.ts';

/** As long as an edit log takes. */
const LONGEST = 100;

/**
 * Who reviews: the name that was given, else that of the user.
 *
 * @throws VeilError USAGE for a name that is empty, too long, or has characters that no name has
 */
export function reviewerName(given: string | undefined, env: Io['env']): string {
  if (given === undefined) return cleaned(userName(env)).slice(0, LONGEST) || 'unknown';
  const name = given.trim();
  if (name.length > 0 && name.length <= LONGEST && name === cleaned(name)) return name;
  throw new VeilError('USAGE', `--by needs a name of 1 to ${LONGEST} characters, in one line.`);
}

/** Machines may run without an entry for their user, as containers do. */
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
