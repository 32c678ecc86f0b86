import { describe, expect, it } from 'vitest';
import { addressText, isOpenToListeners, parseRedisUrl } from '../../../src/jobs/queue/redis-address.ts';

describe('the address of the queue', () => {
  it('is read with its password, which is in no message', () => {
    const address = parseRedisUrl('rediss://news:p%40ss@queue.example:6380/3', true);
    expect(address).toEqual({
      ...{ host: 'queue.example', port: 6380, db: 3, username: 'news', password: 'p@ss' },
      tls: {},
    });
    expect(addressText(address)).toBe('rediss://queue.example:6380');
  });

  it('is on this machine unless another one is allowed', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.9.9.9']) {
      expect(isOpenToListeners(parseRedisUrl(`redis://${host}`, false))).toBe(false);
    }
    for (const host of ['10.0.0.1', 'queue', '[fe80::1]', '127.0.0.1.example.com', '0.0.0.0']) {
      const url = `redis://user:secret@${host}:6379`;
      expect(() => parseRedisUrl(url, false)).toThrow(expect.objectContaining({ code: 'USAGE' }));
      expect(() => parseRedisUrl(url, false)).toThrow(/^(?!.*secret)/);
      expect(isOpenToListeners(parseRedisUrl(url, true))).toBe(true);
      expect(isOpenToListeners(parseRedisUrl(url.replace('redis:', 'rediss:'), true))).toBe(false);
    }
  });

  it.each([
    ...[
      '',
      'localhost:6379',
      'http://localhost',
      'redis://',
      'redis://localhost?tls=false',
      'redis://localhost/x',
    ],
    ...['redis://localhost/0/1', 'redis://user:%zz@localhost', 'redis://localhost#x', 'unix:/run/redis.sock'],
  ])('is refused unless it is a plain Redis URL: %s', (url) => {
    expect(() => parseRedisUrl(url, true)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
