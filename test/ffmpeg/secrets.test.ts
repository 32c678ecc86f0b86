import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/ffmpeg/secrets.ts';

test.each([
  ['rtmp://me:word@host:1935/app/key?token=1', 'rtmp://host:1935'],
  ['rtsp://me:w@rd@[::1]:554/key', 'rtsp://[::1]:554'],
  ['srt://:9000?mode=listener&passphrase=word', 'srt://:9000'],
  ['rtmps://me:word@host/app/key: Connection refused', 'rtmps://host: Connection refused'],
  ["Error opening 'https://host/key/live.m3u8' for reading", "Error opening 'https://host' for reading"],
  ['/dev/video0: Device or resource busy', '/dev/video0: Device or resource busy'],
])('%s is told as %s', (text, told) => {
  expect(withoutSecrets(text)).toBe(told);
});
