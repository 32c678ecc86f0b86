import { assertNever } from '../../errors.ts';
import type { FfmpegFeatures } from '../../ffmpeg/features.ts';
import type { LiveInput, StreamProtocol, WantedPicture } from './live-input.ts';
import { testPictureGraph } from './test-picture.ts';
import type { CameraMode } from './camera-mode.ts';

/** Protocols that each protocol builds on. Playlists must not open files, nor streams any other protocol. */
const BELOW: Readonly<Record<StreamProtocol, string>> = {
  rtsp: 'rtsp,rtp,udp,tcp',
  rtsps: 'rtsps,rtsp,rtp,srtp,udp,tcp,tls',
  rtmp: 'rtmp,tcp',
  rtmps: 'rtmps,tcp,tls',
  srt: 'srt,udp',
  udp: 'udp',
  rtp: 'rtp,udp',
  http: 'http,https,tcp,tls,crypto',
  https: 'https,tcp,tls,crypto',
};

/**
 * ffmpeg's arguments of one live input, up to and including `-i`.
 *
 * @param mode the chosen mode of a camera; null if its modes are not known
 */
export function liveInputArgs(
  input: LiveInput,
  wanted: WantedPicture,
  mode: CameraMode | null,
  { initialBurst }: Pick<FfmpegFeatures, 'initialBurst'>,
): string[] {
  switch (input.kind) {
    case 'v4l2':
      return [...CAMERA_QUEUE, ...['-f', 'v4l2'], ...modeArgs(mode, wanted.rate), '-i', input.device];
    case 'avfoundation':
      // AVFoundation accepts only certain rates and picks none itself: 30 is one that every Apple camera has.
      return [
        ...CAMERA_QUEUE,
        ...['-f', 'avfoundation', '-framerate', '30', '-video_size', `${wanted.width}x${wanted.height}`],
        ...['-i', `${input.device}:none`],
      ];
    case 'dshow':
      // Without a large buffer, frames are lost while the processor is busy.
      return [...CAMERA_QUEUE, ...['-f', 'dshow', '-rtbufsize', '128M', '-i', `video=${input.device}`]];
    case 'stream':
      return streamArgs(input.protocol, input.url, initialBurst);
    case 'file':
      return ['-protocol_whitelist', 'file', '-i', `file:${input.path}`];
    case 'test':
      return ['-f', 'lavfi', '-i', testPictureGraph(wanted, Date.now())];
    default:
      return assertNever(input);
  }
}

/** A short queue of raw frames: waiting makes them late. */
const CAMERA_QUEUE = ['-thread_queue_size', '4'];

function modeArgs(mode: CameraMode | null, wantedRate: number): string[] {
  if (mode === null) return [];
  const { format, width, height, rate } = mode;
  return [
    ...['-input_format', format, '-video_size', `${width}x${height}`],
    // If the listing has no rates, the driver picks its nearest one.
    ...['-framerate', String(rate ?? wantedRate)],
  ];
}

/** Plays a segmented stream at its own speed. Newer ffmpeg versions start with a burst of half a second by default. */
function atItsSpeed(initialBurst: boolean): string[] {
  return ['-re', ...(initialBurst ? ['-readrate_initial_burst', '0'] : [])];
}

function streamArgs(protocol: StreamProtocol, url: string, initialBurst: boolean): string[] {
  return [
    ...['-protocol_whitelist', BELOW[protocol]],
    // Drop broken frames, and hold no frame back for later ones.
    ...['-fflags', '+nobuffer+discardcorrupt'],
    ...['-probesize', '1000000', '-analyzeduration', '1000000'],
    // Frame threading would hold back one frame per thread.
    ...['-thread_type', 'slice'],
    // UDP loses and reorders packets, and firewalls may block its port.
    ...(protocol.startsWith('rtsp') ? ['-rtsp_transport', 'tcp'] : []),
    // HLS delivers some seconds at once, so arrival times do not reveal capture times.
    ...(/^https?:\/\/[^?#]*\.m3u8([?#]|$)/i.test(url) ? atItsSpeed(initialBurst) : []),
    ...['-i', url],
  ];
}
