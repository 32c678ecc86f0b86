import { assertNever } from '../../errors.ts';
import type { FfmpegFeatures } from '../../ffmpeg/features.ts';
import type { LiveInput, StreamProtocol, WantedPicture } from './live-input.ts';
import { testPictureGraph } from './test-picture.ts';
import type { CameraMode } from './camera-mode.ts';

/** What each protocol needs below it. A playlist must not make ffmpeg open files, nor a stream another protocol. */
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
 * ffmpeg's arguments of one live input, up to and with `-i`.
 *
 * @param mode the chosen mode of a camera, or null where its modes are not known
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
      // Only some rates are taken, and none is guessed: the nearest that every camera of Apple's has.
      return [
        ...CAMERA_QUEUE,
        ...['-f', 'avfoundation', '-framerate', '30', '-video_size', `${wanted.width}x${wanted.height}`],
        ...['-i', `${input.device}:none`],
      ];
    case 'dshow':
      // Without a large buffer frames are lost while the processor is busy.
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

/** Few raw frames: what waits in a queue is late. */
const CAMERA_QUEUE = ['-thread_queue_size', '4'];

function modeArgs(mode: CameraMode | null, wantedRate: number): string[] {
  if (mode === null) return [];
  const { format, width, height, rate } = mode;
  return [
    ...['-input_format', format, '-video_size', `${width}x${height}`],
    // Where the listing has no rates the driver takes the nearest that it has.
    ...['-framerate', String(rate ?? wantedRate)],
  ];
}

/** A stream that comes in pieces is played at its own speed. Newer builds begin with half a second at once unless told not to. */
function atItsSpeed(initialBurst: boolean): string[] {
  return ['-re', ...(initialBurst ? ['-readrate_initial_burst', '0'] : [])];
}

function streamArgs(protocol: StreamProtocol, url: string, initialBurst: boolean): string[] {
  return [
    ...['-protocol_whitelist', BELOW[protocol]],
    // Broken frames are dropped, and no frame waits for later ones.
    ...['-fflags', '+nobuffer+discardcorrupt'],
    ...['-probesize', '1000000', '-analyzeduration', '1000000'],
    // Decoding on several frames at once holds as many back.
    ...['-thread_type', 'slice'],
    // Over UDP packets are lost and come in disorder, and the port may be closed by a firewall.
    ...(protocol.startsWith('rtsp') ? ['-rtsp_transport', 'tcp'] : []),
    // HLS: some seconds at once, and when they were captured can't be told by when they came.
    ...(/^https?:\/\/[^?#]*\.m3u8([?#]|$)/i.test(url) ? atItsSpeed(initialBurst) : []),
    ...['-i', url],
  ];
}
