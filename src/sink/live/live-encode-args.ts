import type { Encoding } from '../../config/encoding.ts';
import { assertNever } from '../../errors.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { EncoderSupport, SoftwareEncoder } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';
import { colorArgs } from '../color-args.ts';
import { qualityArgs } from '../quality-args.ts';
import type { PublishTarget } from './publish-target.ts';

/** Encoding of a live output. */
export interface LiveEncoding {
  readonly encoder: SoftwareEncoder;
  readonly encoding: Encoding;
  readonly support: EncoderSupport;
  readonly color: ColorInfo;
  /** Whether audio comes beside the picture, as 16-bit stereo on fd 3. */
  readonly hasSound: boolean;
}

/** The picture that is encoded. */
export interface LivePicture {
  readonly width: number;
  readonly height: number;
  /** Approximate frames per second. */
  readonly frameRate: number;
}

/** Ticks per second of encoded times. */
const TICKS = 90_000;

/** Key frame interval, seconds: a crash may cost a recording as much, and a new viewer waits as long. */
const KEY_FRAMES = 1;

/** Seconds per HLS segment, and number of listed segments. */
const HLS = { seconds: 2, listed: 6 };

/**
 * Arguments for recording to a file that plays up to its last seconds however the program ends: every second is written
 * with its own index.
 *
 * @param output absolute path of a file that exists already, empty
 */
export function recordArgs(encoding: LiveEncoding, muxer: Muxer, output: string): string[] {
  return [
    ...inputArgs(encoding.hasSound),
    ...videoArgs(encoding),
    ...soundArgs(encoding.hasSound, muxer === 'webm' ? 'libopus' : 'aac'),
    ...tagArgs(),
    // Apple's players accept HEVC only with this tag.
    ...(encoding.encoder === 'libx265' && (muxer === 'mp4' || muxer === 'mov') ? ['-tag:v', 'hvc1'] : []),
    ...containerArgs(muxer),
    // `file:` prevents a name with a colon from being parsed as a protocol, and a leading dash as an option.
    ...['-y', `file:${output}`],
  ];
}

/** Arguments for publishing with low latency, and a bit rate that typical connections carry. */
export function publishArgs(encoding: LiveEncoding, picture: LivePicture, target: PublishTarget): string[] {
  const most = `${bitRate(picture)}k`;
  return [
    ...inputArgs(encoding.hasSound),
    ...videoArgs(encoding),
    ...soundArgs(encoding.hasSound, 'aac'),
    ...(encoding.encoder === 'libx264' ? ['-tune', 'zerolatency'] : []),
    ...['-maxrate', most, '-bufsize', most],
    ...tagArgs(),
    ...targetArgs(target),
  ];
}

/** Arguments for feeding a v4l2loopback device, which takes raw pictures of one size. */
export function virtualCameraArgs(support: EncoderSupport, device: string): string[] {
  return [
    ...inputArgs(false),
    // Frame threading would hold back one frame per thread.
    ...['-map', '0:v:0', '-c:v', 'rawvideo', '-threads', '1', '-pix_fmt', 'yuv420p'],
    ...(support.fpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
    ...['-f', 'v4l2', device],
  ];
}

function inputArgs(hasSound: boolean): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    // Otherwise ffmpeg holds back some frames to probe their properties, which are known.
    ...['-probesize', '32', '-analyzeduration', '0'],
    ...['-f', 'nut', '-i', 'pipe:0'],
    ...(hasSound
      ? [...['-thread_queue_size', '1024', '-f', 's16le', '-ar', '48000', '-ac', '2', '-i', 'pipe:3']]
      : []),
  ];
}

function soundArgs(hasSound: boolean, encoder: 'aac' | 'libopus'): string[] {
  return hasSound ? ['-map', '1:a:0', '-c:a', encoder, '-b:a', '128k', '-flags:a', '+bitexact'] : [];
}

function videoArgs({ encoder, encoding, support, color }: LiveEncoding): string[] {
  return [
    ...[
      '-map',
      '0:v:0',
      '-c:v',
      encoder,
      ...qualityArgs(encoder, encoding, { leaving: 'at-once' }),
      '-pix_fmt',
      encoding.pixelFormat,
    ],
    // Every frame keeps its capture time, and is neither duplicated nor dropped.
    ...(support.fpsMode ? ['-fps_mode:v', 'passthrough'] : ['-vsync', 'passthrough']),
    ...['-enc_time_base:v', `1/${TICKS}`],
    ...colorArgs(color, support, { num: 1, den: 1 }),
    ...['-force_key_frames', `expr:gte(t,n_forced*${KEY_FRAMES})`],
    // x264 writes its version, settings and thread count as an SEI message into the first frame.
    ...(encoder === 'libx264' ? ['-bsf:v', 'filter_units=remove_types=6'] : []),
  ];
}

function tagArgs(): string[] {
  return ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact'];
}

function containerArgs(muxer: Muxer): string[] {
  switch (muxer) {
    case 'mp4':
    case 'mov':
      return [
        ...['-video_track_timescale', String(TICKS), '-write_tmcd', '0'],
        ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-flush_packets', '1', '-f', muxer],
      ];
    case 'matroska':
    case 'webm':
      return ['-cluster_time_limit', String(1000 * KEY_FRAMES), '-flush_packets', '1', '-f', muxer];
    default:
      return assertNever(muxer);
  }
}

function targetArgs(target: PublishTarget): string[] {
  switch (target.kind) {
    case 'rtmp':
      // Otherwise packets wait until 32 KiB are complete: a second or more if the picture is still.
      return ['-flush_packets', '1', '-f', 'flv', '-flvflags', 'no_duration_filesize', target.url];
    case 'rtsp':
      return ['-f', 'rtsp', '-rtsp_transport', 'tcp', target.url];
    case 'srt':
    case 'udp':
      return ['-flush_packets', '1', '-f', 'mpegts', packetSized(target.url)];
    case 'hls': {
      // A percent sign would be parsed as a number placeholder.
      const folder = target.folder.replaceAll('%', '%%');
      return [
        ...['-f', 'hls', '-hls_time', String(HLS.seconds), '-hls_list_size', String(HLS.listed)],
        // If numbering restarted at 0, players would show old segments again.
        ...['-hls_start_number_source', 'epoch'],
        ...['-hls_flags', 'delete_segments+independent_segments+temp_file'],
        ...['-hls_segment_filename', `${folder}/%d.ts`, `${target.folder}/index.m3u8`],
      ];
    }
    default:
      return assertNever(target);
  }
}

/** Seven packets of MPEG-TS fit into one network packet; larger ones are fragmented, and lost as a whole. */
function packetSized(url: string): string {
  if (url.includes('pkt_size=')) return url;
  return `${url}${url.includes('?') ? '&' : '?'}pkt_size=1316`;
}

/** Kilobits per second: 0.1 bit per pixel, within the limits of connections and services. */
function bitRate({ width, height, frameRate }: LivePicture): number {
  return Math.round(Math.min(12_000, Math.max(800, (width * height * frameRate) / 10_000)));
}
