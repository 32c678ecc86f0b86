import { interrupted, VeilError } from '../../errors.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';
import { locationText, type Location } from './location.ts';

/** A place in S3-type storage. */
export type S3Location = Extract<Location, { kind: 's3' }>;

/** HTTP status of an error of the client; null without an answer. */
export function statusOf(error: unknown): number | null {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

/** The object is not there. */
export function notFound(at: S3Location, cause: unknown): VeilError {
  return new VeilError('INPUT_NOT_FOUND', `${locationText(at)} does not exist.`, {
    hint: 'Check bucket and key.',
    cause: causeOf(cause),
  });
}

/** The object is there already. */
export function exists(at: S3Location): VeilError {
  return new VeilError('OUTPUT_EXISTS', `${locationText(at)} exists already.`, {
    hint: 'Choose another name.',
  });
}

/** A failed request, without the server's answer, which may repeat keys and signatures. */
export function failed(at: S3Location, cause: unknown, signal?: AbortSignal): VeilError {
  if (cause instanceof VeilError) return cause;
  if (signal?.aborted === true) return interrupted();
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new VeilError('OUTPUT_DISK_FULL', `The disk is full: no room for ${locationText(at)}.`, {
      hint: 'Free some space, or choose another place with --scratch.',
      cause,
    });
  }
  const said = statusOf(cause) ?? code ?? (cause as Error | null)?.name ?? 'no answer';
  return new VeilError('STORAGE_FAILED', `The storage refused ${locationText(at)} (${said}).`, {
    hint: 'Check endpoint, credentials and permissions in the environment of the worker.',
    cause: causeOf(cause),
  });
}

/** Errors of the client contain the whole request, with its signature; this copies only name and message. */
function causeOf(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error('no error');
  return new Error(`${name}: ${withoutSecrets(message)}`);
}
