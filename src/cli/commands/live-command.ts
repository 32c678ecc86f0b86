import { Command } from 'commander';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';

/** `veil live`: covers the faces of a camera or stream while it is being filmed. */
export function liveCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('live')
    .description('cover faces in a camera picture or stream while it runs')
    .argument(
      '[source]',
      'a camera (/dev/video0), a stream (rtsp, rtmp, srt, udp, http), a file with --realtime, or test: for a generated test picture',
    )
    .option('--list', 'list cameras, their sizes and rates, and microphones')
    .option('--realtime', 'the source is a file: play it at its own speed')
    .option(
      '--microphone <device>',
      'take audio from a microphone: hw:1 or pulse:default on Linux, its name elsewhere',
      (device) => notAFlag(device, '--microphone'),
    )
    .option('--record <file>', 'record to a file that stays playable after a crash', (path) =>
      notAFlag(path, '--record'),
    )
    .option('--segment <time>', 'start a new file after this time, such as 10m')
    .option(
      '--publish <url|folder>',
      'stream to rtmp://, rtsp://, srt:// or udp://, or as HLS into a folder; may be repeated',
      (target: string, earlier: readonly string[] | undefined) => [
        ...(earlier ?? []),
        notAFlag(target, '--publish'),
      ],
    )
    .option('--virtual-camera <device>', 'act as a camera for other programs (v4l2loopback)')
    .option(
      '--preview <[host:]port>',
      'serve a page with the picture and controls; 0 takes a free port',
      (at) => notAFlag(at, '--preview'),
    )
    .option('--expose', 'let other machines open the preview')
    .option('--panic', 'start with everything covered; at any time, p covers and u uncovers')
    .option('--delay <ms>', 'time that detection gets before a frame is shown, 40 to 5000', '150')
    .option('--size <WxH>', 'size to request from a camera', '1280x720')
    .option('--rate <fps>', 'frame rate to request from a camera', '30')
    .option('--json', 'print the state of the run as one JSON object a second')
    .option('-q, --quiet', 'print errors only')
    .option('-v, --verbose', 'print debug messages and the causes of errors');
  return addOptionFlags(command, 'live').action(async (source: string | undefined) => {
    // Loaded when needed: help and config do without it.
    const { live } = await import('./live.ts');
    finish(await live(source, command, io));
  });
}
