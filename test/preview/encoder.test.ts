import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { frameBytes } from '../../src/frame/frame.ts';
import type { LiveFrame } from '../../src/frame/live-output.ts';
import { featuresOf } from '../../src/ffmpeg/features.ts';
import { QUALITIES, type Codec, type RawVideo } from '../../src/preview/codec.ts';
import { Encoder } from '../../src/preview/encoder.ts';
import type { Packet } from '../../src/preview/packet-reader.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { coveredFrame } from '../support/written-video.ts';

const VIDEO: RawVideo = {
  format: 'yuv420p',
  width: 65,
  height: 47,
  frameRate: 30,
  color: { range: 'tv', space: 'bt709' },
};

function frameOf(index: number, [y, u, v]: readonly [number, number, number] = [81, 90, 240]): LiveFrame {
  const { width, height, format } = VIDEO;
  const data = new Uint8Array(frameBytes(format, width, height)).fill(u, width * height);
  data.fill(y, 0, width * height).fill(v, (data.length + width * height) / 2);
  const facts = { index, pts: index, time: index / 30, width, height, format, data };
  return { frame: coveredFrame(facts), boxes: [], capturedAt: index };
}

interface Run {
  readonly encoder: Encoder;
  /** The packet of each frame, in order of arrival. */
  readonly next: () => Promise<{ packet: Packet; frame: LiveFrame }>;
  readonly failure: Promise<string>;
}

async function start(ffmpeg: string, codec: Codec, video = VIDEO): Promise<Run> {
  const arrived: { packet: Packet; frame: LiveFrame }[] = [];
  const waiting: ((value: { packet: Packet; frame: LiveFrame }) => void)[] = [];
  const events = new EventEmitter();
  const failure = once(events, 'failure').then(([reason]) => reason as string);
  const encoder = new Encoder({
    ffmpeg,
    codec,
    video,
    quality: QUALITIES[0]!,
    features: await featuresOf(ffmpeg),
    onPacket: (packet, frame) => {
      const take = waiting.shift();
      if (take === undefined) arrived.push({ packet, frame });
      else take({ packet, frame });
    },
    onFailure: (reason) => events.emit('failure', reason),
  });
  return {
    encoder,
    failure,
    next: () => {
      const first = arrived.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
  };
}

describe.each(Object.entries(await ffmpegBuilds()))('with %s', (_name, { ffmpeg }) => {
  it.each<Codec>(['h264', 'jpeg'])(
    'gives one %s picture for each frame, before the next comes',
    async (codec) => {
      const { encoder, next } = await start(ffmpeg.path, codec);
      for (let index = 0; index < 35; index += 1) {
        encoder.write(frameOf(index));
        const { packet, frame } = await next();
        expect(frame.capturedAt).toBe(index);
        expect(packet.isKey).toBe(codec === 'jpeg' || index % 15 === 0);
      }
      await encoder.stop();
    },
  );

  // Windows has no process groups.
  it.skipIf(process.platform === 'win32')('is not reached by the Ctrl-C of a terminal', async () => {
    const { encoder, next } = await start(ffmpeg.path, 'jpeg');
    encoder.write(frameOf(0));
    await next();
    const { stdout } = await capture('ps', ['-e', '-o', 'ppid=,pgid=,pid=,comm=']);
    const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
    const mine = rows.filter(
      ([parent, , , name]) => Number(parent) === process.pid && name?.startsWith('ffmpeg') === true,
    );
    // Each leads its own process group.
    expect(mine.length).toBeGreaterThan(0);
    for (const [, group, pid] of mine) expect(group).toBe(pid);
    await encoder.stop();
  });

  it('keeps the colours of HD video in a JPEG', async () => {
    const { encoder, next } = await start(ffmpeg.path, 'jpeg');
    // Red of BT.709 in limited range.
    encoder.write(frameOf(0, [63, 102, 240]));
    const { data, info } = await sharp((await next()).packet.data)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([66, 48]);
    expect(Math.abs(data[0]! - 255) + data[1]! + data[2]!).toBeLessThan(16);
    await encoder.stop();
  });
});

describe('an encoder', () => {
  it('lets the newest frame wait, and drops those before it', async () => {
    const { ffmpeg } = (await ffmpegBuilds())['the ffmpeg that is found']!;
    const { encoder, next } = await start(ffmpeg.path, 'jpeg');
    const taken = Array.from({ length: 20 }, (_, index) => encoder.write(frameOf(index)));
    expect(taken).toContain(false);
    const shown: number[] = [];
    while (shown.at(-1) !== 19) shown.push((await next()).frame.capturedAt);
    expect(shown.length).toBe(taken.filter(Boolean).length);
    await encoder.stop();
  });

  it('says so when it cannot work', async () => {
    const { ffmpeg } = (await ffmpegBuilds())['the ffmpeg that is found']!;
    const { encoder, failure } = await start(ffmpeg.path, 'h264', { ...VIDEO, width: 0 });
    expect(await failure).toMatch(/^ended/);
    expect(encoder.write(frameOf(0))).toBe(false);
  });
});
