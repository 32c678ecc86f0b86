import { VeilError } from '../../errors.ts';

/** The error for an unusable input path, from the system's error. */
export function unreadable(path: string, cause: unknown): VeilError {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException;
  // Node.js puts this in place of every byte that is not UTF-8, and finds no file by the result.
  if (code === 'ENOENT' && path.includes('\ufffd')) {
    return new VeilError('INPUT_UNREADABLE', `${path} can't be opened: its name is not in UTF-8.`, {
      hint: 'Rename it, such as with a file manager, or with: convmv -r -f latin1 -t utf8 --notest FOLDER',
      cause,
    });
  }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return new VeilError('INPUT_NOT_FOUND', `${path || 'An empty name'} does not exist.`, {
        hint: 'Check the name; quote names with spaces.',
        cause,
      });
    case 'ELOOP':
      return new VeilError('INPUT_UNREADABLE', `${path} is a link that leads back to itself.`, {
        hint: 'Remove the link, or name the file itself.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
      return new VeilError('INPUT_UNREADABLE', `${path} may not be read: permission denied.`, {
        hint: 'Give yourself the right to read it, or copy it elsewhere.',
        cause,
      });
    default:
      return new VeilError('INPUT_UNREADABLE', `${path} can't be read.`, { cause });
  }
}
