import { describe, expect, it } from 'vitest';
import { checkExposure, isOwnHost, isOwnOrigin, isToken, newToken } from '../../src/web-server/guard.ts';

describe('the token', () => {
  it('is long, new each time, and can stand in a URL', () => {
    expect(newToken()).toMatch(/^[\w-]{43}$/);
    expect(newToken()).not.toBe(newToken());
  });

  it.each(['', 'secre', 'secrets', 'Secret', 'sécret'])('is not %j', (given) => {
    expect(isToken(given, 'secret')).toBe(false);
    expect(isToken('secret', 'secret')).toBe(true);
  });
});

describe('the address', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('%s needs no permission', (host) => {
    expect(() => {
      checkExposure(host, false);
    }).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'camera.local', '127.evil.example', '128.0.0.1'])(
    '%s asks for --expose',
    (host) => {
      expect(() => {
        checkExposure(host, false);
      }).toThrow(expect.objectContaining({ code: 'USAGE' }));
      expect(() => {
        checkExposure(host, true);
      }).not.toThrow();
    },
  );
});

describe('the Host header', () => {
  const loopback = { host: '127.0.0.1', port: 4000 };
  const exposed = { host: '0.0.0.0', port: 4000 };

  it.each(['127.0.0.1:4000', 'localhost:4000', '[::1]:4000', 'LOCALHOST:4000'])(
    '%s is this machine',
    (header) => {
      expect(isOwnHost(header, loopback)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example:4000',
    '127.0.0.1',
    '127.0.0.1:4001',
    '127.0.0.1.evil.example:4000',
    'localhost:4000@evil.example',
    '192.168.1.5:4000',
    '127.0.0.1:4000, evil.example',
  ])('%s is not', (header) => {
    expect(isOwnHost(header, loopback)).toBe(false);
  });

  it('may be any address, but no foreign name, where other machines are let in', () => {
    expect(isOwnHost('192.168.1.5:4000', exposed)).toBe(true);
    expect(isOwnHost('evil.example:4000', exposed)).toBe(false);
  });
});

it('takes sockets from its own page alone', () => {
  expect(isOwnOrigin('http://localhost:4000', 'localhost:4000')).toBe(true);
  expect(isOwnOrigin(undefined, 'localhost:4000')).toBe(false);
  expect(isOwnOrigin('null', 'localhost:4000')).toBe(false);
  expect(isOwnOrigin('https://evil.example', 'localhost:4000')).toBe(false);
  expect(isOwnOrigin('http://localhost:4001', 'localhost:4000')).toBe(false);
});
