import { describe, expect, it } from 'vitest';
import { beside, locationText, nameOf, parseLocation } from '../../../src/jobs/storage/location.ts';

describe('places of files', () => {
  it.each(['file:/mnt/footage/a b.mp4', 's3://bucket/a/b.mp4', 's3://my.bucket-1/é.mov', 'file:/a%2f..%2fb'])(
    'are read and written back as they are: %s',
    (text) => {
      expect(locationText(parseLocation(text)!)).toBe(text);
    },
  );

  it.each([
    ...[
      '',
      'a.mp4',
      '/a.mp4',
      'file:a.mp4',
      'file://host/a.mp4',
      'file:///a.mp4',
      'file:/',
      'file:/a/',
      'file:/a//b',
    ],
    ...[
      'file:/a/../b',
      'file:/..',
      'file:/a/./b',
      'file:/a\\..\\b',
      'file:/a\0.mp4',
      'file:/a\nb',
      'file:/\u202egpj.mp4',
    ],
    ...[
      's3://',
      's3://b/x',
      's3://bucket',
      's3://bucket/',
      's3://bucket//x',
      's3://bucket/../x',
      's3://user@bucket/x',
    ],
    ...[
      's3://BUCKET/x',
      's3://buck..et/x',
      's3://bucket:80/x',
      'http://bucket/x',
      'concat:/a|/b',
      'S3://bucket/x',
    ],
    ...[`file:/${'a'.repeat(3000)}`],
  ])('are refused where they climb, hide something or are of another kind: %j', (text) => {
    expect(parseLocation(text)).toBeNull();
  });

  it('have names, and neighbours', () => {
    const place = parseLocation('s3://bucket/day 1/a.mp4')!;
    expect(nameOf(place)).toBe('a.mp4');
    expect(locationText(beside(place, 'b.mp4'))).toBe('s3://bucket/day 1/b.mp4');
    expect(locationText(beside(parseLocation('s3://bucket/a.mp4')!, 'b.mp4'))).toBe('s3://bucket/b.mp4');
    expect(locationText(beside(parseLocation('file:/a.mp4')!, 'b.mp4'))).toBe('file:/b.mp4');
  });
});
