import type { EncodeOptions } from '../../src/sink/file/encode-args.ts';

/** Options for encoding two seconds of h264 with the CPU, by an ffmpeg that can do everything but 10 bits. */
export const PLAIN_ENCODING: EncodeOptions = {
  encoding: { codec: 'h264', crf: 20, preset: 'medium', pixelFormat: 'yuv420p', hw: 'off' },
  encoder: 'libx264',
  device: null,
  support: {
    encoders: new Set<string>(),
    ...{ fpsMode: true, packetDurations: true, movieTimescale: true, colorParams: true, svtCrf: true },
    ...{ tenBit: new Set<string>(), codecDelay: true },
  },
  muxer: 'mp4',
  timeBase: { num: 1, den: 12_800 },
  frameRate: { num: 30, den: 1 },
  firstTime: 0,
  endTime: 2,
  sampleAspectRatio: { num: 1, den: 1 },
  color: { range: 'tv', space: 'bt709', primaries: null, transfer: null },
  format: 'yuv420p',
  mastering: null,
  original: null,
  keepMetadata: false,
  output: '/out/a.mp4',
};
