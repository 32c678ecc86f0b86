import { extname } from 'node:path';
import { VeilError } from '../errors.ts';
import { DEFAULT_CRF, type Codec } from './codecs.ts';
import type { ResolvedConfig } from './schema.ts';

/** Complete encoder settings. */
export interface Encoding {
  readonly codec: Codec;
  readonly crf: number;
  readonly preset: ResolvedConfig['video']['preset'];
  readonly pixelFormat: ResolvedConfig['video']['pixelFormat'];
  /** `auto`: in hardware, if an encoder supports this very video. */
  readonly hw: ResolvedConfig['video']['hw'];
}

/** Codecs that each container supports in ffmpeg and in players. */
const CONTAINERS: Readonly<Record<string, readonly Codec[]>> = {
  '.mp4': ['h264', 'h265', 'vp9', 'av1'],
  '.mkv': ['h264', 'h265', 'vp9', 'av1'],
  '.mov': ['h264', 'h265'],
  '.webm': ['vp9', 'av1'],
};

const LARGEST_CRF: Readonly<Record<Codec, number>> = { h264: 51, h265: 51, vp9: 63, av1: 63 };

/** Extensions of the containers that Veil writes, with dots. */
export const CONTAINER_EXTENSIONS: readonly string[] = Object.keys(CONTAINERS);

/**
 * Resolves `auto` and `null`, which depend on the container.
 *
 * @throws VeilError CONFIG_INVALID for a container that Veil does not support, a codec that it can't hold, or a rate
 *   factor outside the codec's range
 */
export function encodingFor(video: ResolvedConfig['video'], output: string): Encoding {
  const container = extname(output).toLowerCase();
  const codecs = CONTAINERS[container];
  if (codecs === undefined) {
    throw new VeilError(
      'CONFIG_INVALID',
      `Veil does not write ${container || 'files without an extension'}.`,
      {
        hint: `Use one of ${CONTAINER_EXTENSIONS.join(', ')}.`,
      },
    );
  }
  const codec = video.codec === 'auto' ? codecs[0]! : video.codec;
  if (!codecs.includes(codec)) {
    throw new VeilError('CONFIG_INVALID', `A ${container} file can't hold ${codec}.`, {
      hint: `Use ${codecs.join(' or ')} (--codec), or write another kind of file, such as .mkv.`,
    });
  }
  const crf = video.crf ?? DEFAULT_CRF[codec];
  if (crf > LARGEST_CRF[codec]) {
    throw new VeilError(
      'CONFIG_INVALID',
      `crf ${crf} is out of range for ${codec} (maximum ${LARGEST_CRF[codec]}).`,
      {
        hint: 'Choose a lower --crf.',
      },
    );
  }
  return { codec, crf, preset: video.preset, pixelFormat: video.pixelFormat, hw: video.hw };
}
