import { posix } from 'node:path';
import { z } from 'zod';

/** Location of a file that several machines can reach: in a shared folder, or in S3-type storage. */
export type Location =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

const LONGEST = 2048;

/** Control characters, and characters that reorder text or break lines. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Names of S3 buckets; they need no escaping in a URL or a path. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Parses `file:/absolute/path` or `s3://bucket/key`. It decodes nothing, and refuses `..`, empty segments, and
 * characters that can't be shown.
 *
 * @returns null for anything else
 */
export function parseLocation(text: string): Location | null {
  if (text.length > LONGEST || UNPRINTABLE.test(text)) return null;
  const file = /^file:(\/.*)$/s.exec(text)?.[1];
  if (file !== undefined) return isPlain(file.slice(1)) ? { kind: 'file', path: file } : null;
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/(.*)$/s.exec(text) ?? [];
  return BUCKET.test(bucket) && !bucket.includes('..') && isPlain(key) ? { kind: 's3', bucket, key } : null;
}

/** The text that {@link parseLocation} parses. */
export function locationText(location: Location): string {
  return location.kind === 'file' ? `file:${location.path}` : `s3://${location.bucket}/${location.key}`;
}

/** The last part of its path or key. */
export function nameOf(location: Location): string {
  return posix.basename(location.kind === 'file' ? location.path : location.key);
}

/** A file of that name beside another. */
export function beside(location: Location, name: string): Location {
  return location.kind === 'file'
    ? { kind: 'file', path: posix.join(posix.dirname(location.path), name) }
    : { ...location, key: posix.join(posix.dirname(location.key), name) };
}

/** Whether the names of both locations are equal. */
export function isSameLocation(a: Location, b: Location): boolean {
  return locationText(a) === locationText(b);
}

/** A location in a job. */
export const locationSchema: z.ZodType<Location, string> = z
  .string()
  .max(LONGEST)
  .transform((text, context) => {
    const location = parseLocation(text);
    if (location !== null) return location;
    context.addIssue({ code: 'custom', message: 'must be file:/absolute/path or s3://bucket/key' });
    return z.NEVER;
  });

/** The name of a file, without a folder. */
export const nameSchema: z.ZodType<string, string> = z
  .string()
  .max(255)
  .refine(
    (name) => isPlain(name) && !name.includes('/') && !name.startsWith('.') && !UNPRINTABLE.test(name),
    {
      error: 'must be a plain file name',
    },
  );

/** No segment is empty, `.` or `..`; no backslash, which separates segments on Windows. */
function isPlain(path: string): boolean {
  return (
    !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
