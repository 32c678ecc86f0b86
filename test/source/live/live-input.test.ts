import { expect, test } from 'vitest';
import { liveInputArgs } from '../../../src/source/live/input-args.ts';
import { liveInputName, parseLiveInput, STREAM_PROTOCOLS } from '../../../src/source/live/live-input.ts';

const features = { initialBurst: false };
const wanted = { width: 1280, height: 720, rate: 30 };
const parse = (text: string, isRealtime = false, platform: NodeJS.Platform = 'linux') =>
  parseLiveInput(text, isRealtime, platform);
const argsOf = (text: string, isRealtime = false, platform: NodeJS.Platform = 'linux'): string =>
  liveInputArgs(parse(text, isRealtime, platform), wanted, null, features).join(' ');

test('a camera of Linux is opened as its mode says', () => {
  const mode = { format: 'mjpeg', isCompressed: true, width: 1280, height: 720, rate: 30 };
  expect(liveInputArgs(parse('/dev/video0'), wanted, mode, features).join(' ')).toContain(
    '-f v4l2 -input_format mjpeg -video_size 1280x720 -framerate 30 -i /dev/video0',
  );
  const unknown = liveInputArgs(
    parse('/dev/video0'),
    { ...wanted, rate: 25 },
    { ...mode, rate: null },
    features,
  );
  expect(unknown.join(' ')).toContain('-framerate 25 -i /dev/video0');
  expect(liveInputArgs(parse('/dev/video0'), wanted, null, features).join(' ')).toContain(
    '-f v4l2 -i /dev/video0',
  );
});

test('cameras of macOS and Windows are named by number and name, and never open a microphone', () => {
  expect(argsOf('0', false, 'darwin')).toMatch(/-f avfoundation .*-i 0:none$/);
  expect(argsOf('avfoundation:FaceTime HD Camera')).toMatch(/-i FaceTime HD Camera:none$/);
  expect(argsOf('video=Integrated Camera', false, 'win32')).toMatch(/-f dshow .*-i video=Integrated Camera$/);
  expect(() => parse('dshow:Camera:audio=Microphone')).toThrow('is not the name of a camera');
});

test.each(STREAM_PROTOCOLS)('a %s stream may open the protocols below it, and never a file', (protocol) => {
  const args = liveInputArgs(parse(`${protocol}://camera.example/live`), wanted, null, features);
  const allowed = args[args.indexOf('-protocol_whitelist') + 1]!.split(',');
  expect(allowed).toContain(protocol);
  expect(allowed).not.toContain('file');
  expect(args.slice(-2)).toEqual(['-i', `${protocol}://camera.example/live`]);
});

test('a file is a live source only when that is asked for', () => {
  expect(argsOf('film.mp4', true)).toBe('-protocol_whitelist file -i file:film.mp4');
  expect(argsOf('/dev/shm/film.mp4', true)).toContain('-i file:/dev/shm/film.mp4');
  expect(() => parse('film.mp4')).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test('a playlist is played at its own speed, any other stream as it comes', () => {
  for (const url of ['http://a/live.m3u8', 'https://a/b/LIVE.M3U8?token=1']) {
    expect(argsOf(url)).toContain(`-re -i ${url}`);
    const args = liveInputArgs(parse(url), wanted, null, { initialBurst: true }).join(' ');
    expect(args).toContain('-re -readrate_initial_burst 0 -i');
  }
  expect(argsOf('http://a/live.ts?list=x.m3u8')).not.toContain('-re ');
});

test('other protocols are refused', () => {
  for (const text of ['file:///etc/passwd', 'concat://a|b', 'gopher://x/', 'rtsp://']) {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
});

test('the name of a stream has neither its password nor its key', () => {
  const name = liveInputName(parse('rtmp://me:secret@camera.example:1935/app/key?token=hidden'));
  expect(name).toBe('rtmp://camera.example:1935');
});
