import { describe, expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { publishArgs, recordArgs, virtualCameraArgs } from '../../../src/sink/live/live-encode-args.ts';
import { checkPublishCodec, parsePublishTarget, publishName } from '../../../src/sink/live/publish-target.ts';
import { liveEncoding } from '../../support/live-output.ts';

const encoding = await liveEncoding(await findBinaries());
const picture = { width: 1280, height: 720, frameRate: 30 };
const publish = (target: string): string =>
  publishArgs(encoding, picture, parsePublishTarget(target)).join(' ');

describe('publishing', () => {
  test.each([
    ['rtmp://server/app/key', /-f flv .*rtmp:\/\/server\/app\/key$/],
    ['rtsp://server/path', /-f rtsp -rtsp_transport tcp rtsp:\/\/server\/path$/],
    ['srt://server:9000', /-f mpegts srt:\/\/server:9000\?pkt_size=1316$/],
    ['udp://10.0.0.1:5000?ttl=2', /-f mpegts udp:\/\/10\.0\.0\.1:5000\?ttl=2&pkt_size=1316$/],
    ['/tmp/on air', /-f hls .*-hls_segment_filename \/tmp\/on air\/%d\.ts \/tmp\/on air\/index\.m3u8$/],
    ['/tmp/100%', /-hls_segment_filename \/tmp\/100%%\/%d\.ts \/tmp\/100%\/index\.m3u8$/],
  ])('to %s', (target, ending) => {
    expect(publish(target)).toMatch(ending);
    expect(publish(target)).toContain('-tune zerolatency');
  });

  test('keeps within what a line carries, whatever the picture', () => {
    expect(publish('udp://10.0.0.1:5000')).toContain('-maxrate 2765k');
    const huge = { width: 3840, height: 2160, frameRate: 60 };
    expect(publishArgs(encoding, huge, parsePublishTarget('udp://10.0.0.1:5000')).join(' ')).toContain(
      '-maxrate 12000k',
    );
  });

  test.each(['file:///etc/passwd', 'http://server/put', 'tee://a', 'rtmp://', 'srt:// x'])(
    'to %s is refused',
    (target) => {
      expect(() => parsePublishTarget(target)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    },
  );

  test.each([
    ['rtmp://server/app/key', 'h264', true],
    ['rtmp://server/app/key', 'h265', false],
    ['srt://server:9000', 'h265', true],
    ['/tmp/hls', 'av1', false],
  ] as const)('to %s as %s: %s', (target, codec, isPossible) => {
    const check = (): void => {
      checkPublishCodec(parsePublishTarget(target), codec);
    };
    if (isPossible) check();
    else expect(check).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test('is told of without passwords and stream keys', () => {
    expect(publishName(parsePublishTarget('rtmp://me:word@server:1935/app/key?token=1'))).toBe(
      'rtmp://server:1935',
    );
  });
});

test('what is encoded says how its colours are meant, as far as that is known', () => {
  const color = { range: 'tv', space: 'bt470bg', primaries: null, transfer: null };
  const args = recordArgs({ ...encoding, color }, 'mp4', '/tmp/a.mp4').join(' ');
  expect(args).toContain('-color_range tv -colorspace bt470bg');
  expect(args).not.toContain('color_trc');
});

test('a recording is written with an index for each second, so that it plays after a crash', () => {
  const args = recordArgs(encoding, 'mp4', '/tmp/-a:b.mp4').join(' ');
  expect(args).toContain('-force_key_frames expr:gte(t,n_forced*1)');
  expect(args).toContain('-movflags +frag_keyframe+empty_moov+default_base_moof');
  expect(args).toMatch(/-y file:\/tmp\/-a:b\.mp4$/);
});

test('a virtual camera gets raw pictures', () => {
  expect(virtualCameraArgs(encoding.support, '/dev/video7').join(' ')).toMatch(
    /-c:v rawvideo -threads 1 -pix_fmt yuv420p .*-f v4l2 \/dev\/video7$/,
  );
});
