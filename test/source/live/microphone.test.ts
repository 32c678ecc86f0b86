import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../src/logger.ts';
import {
  microphoneArgs,
  parseMicrophone,
  type MicrophoneInput,
} from '../../../src/source/live/microphone-input.ts';
import { withMicrophone } from '../../../src/source/live/microphone.ts';
import type { LiveSource } from '../../../src/source/live/live-source.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { childrenWith } from '../../support/live-output.ts';
import { NotingListener } from '../../support/live-listener.ts';
import { ScriptedSource } from '../../support/live-run.ts';

const builds = await ffmpegBuilds();
let opened: LiveSource | null = null;
afterEach(async () => {
  await opened?.[Symbol.asyncDispose]();
  opened = null;
});

async function open(input: MicrophoneInput, ffmpeg = Object.values(builds)[0]!.ffmpeg.path) {
  const source = new ScriptedSource();
  opened = await withMicrophone(source, input, { ffmpeg, logger: silentLogger });
  return opened;
}

describe('a microphone', () => {
  test.each([
    ['hw:1', 'linux', '-f alsa -i hw:1'],
    ['plughw:CARD=Cam,DEV=0', 'linux', '-f alsa -i plughw:CARD=Cam,DEV=0'],
    ['pulse:default', 'linux', '-f pulse -fragment_size 9600 -i default'],
    ['0', 'darwin', '-f avfoundation -i none:0'],
    ['Microphone Array', 'win32', '-f dshow -audio_buffer_size 50 -i audio=Microphone Array'],
  ] as const)('%s on %s is opened with %s', (text, platform, args) => {
    expect(microphoneArgs(parseMicrophone(text, platform)).join(' ')).toContain(args);
  });

  test.each([
    ['', 'linux'],
    ['-i /etc/passwd', 'linux'],
    ['pulse:a b', 'linux'],
    ['0:1', 'darwin'],
    ['Mic:video=Camera', 'win32'],
  ] as const)('is not %j on %s', (text, platform) => {
    expect(() => parseMicrophone(text, platform)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

test.each(Object.entries(builds))(
  '%s: its sound comes beside the picture, in true time',
  async (_, { ffmpeg }) => {
    const source = await open({ kind: 'test' }, ffmpeg.path);
    expect(source.info.hasSound).toBe(true);
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames, sounds }) => frames.length > 10 && sounds.length > 30);
    const { sounds } = noted;
    const now = performance.timeOrigin + performance.now();
    const samples = sounds.reduce((sum, { samples: piece }) => sum + piece.length / 4, 0);
    const [first, last] = [sounds[0]!, sounds.at(-1)!];
    const end = last.capturedAt + last.samples.length / 4 / 48;
    // The last sample was captured just now, and the elapsed time matches the number of samples.
    expect(Math.abs(now - end)).toBeLessThan(5_000);
    expect(Math.abs(end - first.capturedAt - samples / 48)).toBeLessThan(100);
  },
);

test('one that is pulled out is silent until it is back, and the picture goes on', async () => {
  const source = await open({ kind: 'test' });
  const noted = new NotingListener();
  source.start(noted);
  await noted.until(({ sounds }) => sounds.length > 5);
  const [pid] = await childrenWith('sine=frequency=440');
  process.kill(pid!, 'SIGKILL');
  const before = { sounds: noted.sounds.length, frames: noted.frames.length };
  await noted.until(
    ({ sounds, frames }) => sounds.length > before.sounds + 20 && frames.length > before.frames + 5,
  );
  expect(noted.losses).toEqual([]);
});

test('one that is not there is an error', async () => {
  await expect(open({ kind: 'alsa', device: 'hw:77' })).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});
