import { Command } from 'commander';
import { addExamples, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, repeated, valueOf } from '../option-flags.ts';

/** `veil live`: covers the faces of a camera or stream in real time. */
export function liveCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('live')
    .description('Cover faces in a camera or stream while it runs.')
    .argument(
      '[source]',
      'A camera (/dev/video0), a stream (rtsp, rtmp, srt, udp, http), a file with --realtime, or test: for a test picture.',
    )
    .optionsGroup(HEADINGS.source)
    .option('--list', 'List cameras, their sizes and rates, and microphones.')
    .option('--size <WxH>', 'Size to request from a camera.', '1280x720')
    .option('--rate <fps>', 'Frame rate to request from a camera.', '30')
    .option('--realtime', 'The source is a file: play it at its own speed.')
    .option(
      '--microphone <device>',
      'Take audio from a microphone: hw:1 or pulse:default on Linux, its name elsewhere.',
      valueOf('--microphone'),
    )
    .optionsGroup(HEADINGS.outputs)
    .option('--record <file>', 'Record to a file that stays playable after a crash.', valueOf('--record'))
    .option('--segment <time>', 'Start a new file after this time, such as 10m.')
    .option(
      '--publish <url|folder>',
      'Stream to rtmp://, rtsp://, srt:// or udp://, or as HLS into a folder. May be repeated.',
      repeated(valueOf('--publish')),
    )
    .option('--virtual-camera <device>', 'Act as a camera for other programs (v4l2loopback).')
    .option(
      '--preview <[host:]port>',
      'Serve a page with the picture and controls; 0 takes a free port.',
      valueOf('--preview'),
    )
    .option('--expose', 'Let other machines open the preview.')
    .optionsGroup(HEADINGS.control)
    .option('--panic', 'Start with everything covered. At any time, p covers and u uncovers.')
    .option('--delay <ms>', 'Time between capture and output, in which faces are found, 40 to 5000.', '150');
  addOptionFlags(command, 'live')
    .option('--json', 'Print the state of the run as one JSON object a second.')
    .option('-q, --quiet', 'Print errors only.')
    .option('-v, --verbose', 'Print debug messages and the causes of errors.');
  addExamples(command, [
    ['veil live /dev/video0 --preview 4321', 'a camera, with a page to watch and control'],
    ['veil live /dev/video0 --record talk.mp4', ''],
    ['veil live test: --record try.mp4', 'no camera needed'],
  ]);
  return command.action(async (source: string | undefined) => {
    // Loaded on demand: help and config do not need it.
    const { live } = await import('./live.ts');
    finish(await live(source, command, io));
  });
}
