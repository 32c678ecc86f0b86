import { z } from 'zod';
import { DEFAULT_CRF } from './codecs.ts';
import { STYLES } from '../frame/style.ts';
import { THRESHOLDS } from '../frame/threshold.ts';

/** Command-line form of an option, where it does not follow from its key. */
export interface FlagInfo {
  /** Name without dashes; by default the key in kebab case. */
  readonly name?: string;
  /** Placeholder of the value in the help, such as `#rrggbb`. */
  readonly placeholder?: string;
  /** `time`: seconds or hh:mm:ss. `spans`: two of them with a dash in between; may be repeated. */
  readonly reads?: 'time' | 'spans';
}

/** Only for options whose flag does not follow from their key. */
export const flagInfo = z.registry<FlagInfo>();

/**
 * Every option of Veil: type, default, limits, and the description for `--help`, `config/schema.json` and
 * `docs/options.md`. All defaults are here.
 */
export const configSchema = z
  .strictObject({
    style: z
      .enum(STYLES)
      .default('blur')
      .describe('How to cover heads: blur (smooth cells), mosaic (flat cells) or solid (one colour).'),
    cells: z
      .int()
      .min(2)
      .max(8)
      .default(6)
      .describe('Cells across a covered head, for blur and mosaic. Fewer cells hide more.'),
    shape: z.enum(['ellipse', 'rectangle']).default('ellipse').describe('Shape of the covered area.'),
    padding: z
      .number()
      .min(0)
      .max(2)
      .default(0.2)
      .describe('Extra margin around the head, as a share of its size. 0 still covers the whole head.')
      .register(flagInfo, { placeholder: 'share' }),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must look like #1a2b3c')
      .default('#202020')
      .describe('Colour for solid, as #rrggbb.')
      .register(flagInfo, { placeholder: '#rrggbb' }),
    detector: z
      .string()
      .min(1)
      .default('crowd')
      .describe(
        'Face detector: crowd, webcam, ssd, the name of a stored model, or the path of a YuNet or SCRFD .onnx file.',
      )
      .register(flagInfo, { placeholder: 'name|path' }),
    engine: z
      .enum(['auto', 'onnxruntime', 'tensorflow'])
      .default('auto')
      .describe('Inference engine for the detector. auto measures once and takes the fastest.'),
    threshold: z
      .number()
      .min(THRESHOLDS.least)
      .max(THRESHOLDS.most)
      .default(0.2)
      .describe(
        'Score that a face must reach once to be covered. Raise it for fewer false covers, lower it for fewer missed faces.',
      )
      .register(flagInfo, { placeholder: 'score' }),
    effort: z
      .enum(['fast', 'balanced', 'thorough'])
      .default('balanced')
      .describe(
        'How often the detector runs, and on how large an image. thorough takes several times as long.',
      ),
    look: z
      .strictObject({
        interval: z
          .int()
          .min(1)
          .max(60)
          .nullable()
          .default(null)
          .describe(
            'Run the detector on every n-th frame. Unset (null): chosen by effort for files, by the speed of the detector for live.',
          ),
        sizes: z
          .array(z.int().min(128).max(4096))
          .min(1)
          .max(4)
          .nullable()
          .default(null)
          .describe(
            'Long sides of the images for the detector, in pixels. Larger ones find smaller faces. Unset (null): chosen by effort for files, by the detector for live.',
          )
          .register(flagInfo, { placeholder: 'n,n…' }),
      })
      .prefault({})
      .describe('Which frames the detector runs on, and at which sizes, instead of what effort chooses.'),
    anonymizer: z
      .enum(['auto', 'cpu', 'webgpu'])
      .default('auto')
      .describe(
        'Where to draw covers: on the CPU, or on a GPU through WebGPU. auto uses a hardware GPU if it is faster.',
      ),
    audio: z
      .enum(['keep', 'drop'])
      .default('keep')
      .describe('Keep or drop all audio. Voices identify people.'),
    mute: z
      .array(
        z.tuple([z.number().min(0), z.number().min(0)]).refine(([from, to]) => from < to, {
          error: ({ input }) => `must end later than it begins, not ${(input as number[]).join('-')}`,
        }),
      )
      .max(1000)
      .default([])
      .describe(
        'Silence all audio between two times of the input, such as 4.0-6.5s or 1:02-1:04, and 50 ms before and after. May be repeated.',
      )
      .register(flagInfo, { placeholder: 'from-to', reads: 'spans' }),
    video: z
      .strictObject({
        codec: z
          .enum(['auto', 'h264', 'h265', 'vp9', 'av1'])
          .default('auto')
          .describe('Video codec of the output. auto: vp9 for .webm, otherwise h264.')
          .register(flagInfo, { name: 'codec' }),
        crf: z
          .int()
          .min(0)
          .max(63)
          .nullable()
          .default(null)
          .describe(
            `Constant rate factor: lower means better quality and larger files. Unset (null): ${Object.entries(
              DEFAULT_CRF,
            )
              .map(([codec, crf]) => `${crf} for ${codec}`)
              .join(', ')}.`,
          )
          .register(flagInfo, { name: 'crf' }),
        preset: z
          .enum([
            'ultrafast',
            'superfast',
            'veryfast',
            'faster',
            'fast',
            'medium',
            'slow',
            'slower',
            'veryslow',
          ])
          .default('medium')
          .describe('Encoder speed, from ultrafast to veryslow as in x264. Slower makes smaller files.')
          .register(flagInfo, { name: 'preset', placeholder: 'name' }),
        hdr: z
          .enum(['keep', 'sdr'])
          .default('keep')
          .describe(
            'Keep HDR (10 bits; h265, vp9 or av1) or convert it to SDR. With codec auto, kept HDR is encoded as h265; h264 is always SDR.',
          )
          .register(flagInfo, { name: 'hdr' }),
        hw: z
          .enum(['off', 'auto'])
          .default('off')
          .describe(
            'Hardware encoder for h264, h265 and av1 files: auto uses the first that works here (veil doctor), else the CPU. Files are larger at equal quality.',
          )
          .register(flagInfo, { name: 'hw' }),
        pixelFormat: z
          .enum(['yuv420p'])
          .default('yuv420p')
          .describe('Pixel format of the output. Every player supports this one.')
          .register(flagInfo, { name: 'pixel-format' }),
      })
      .prefault({})
      .describe('How the output is encoded.'),
    start: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('Start at this time of the input: seconds, mm:ss or hh:mm:ss.')
      .register(flagInfo, { placeholder: 'time', reads: 'time' }),
    end: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('Stop at this time of the input: seconds, mm:ss or hh:mm:ss.')
      .register(flagInfo, { placeholder: 'time', reads: 'time' }),
    keepMetadata: z
      .boolean()
      .default(false)
      .describe('Keep title, creation time, location and device tags, which can identify people.'),
    report: z
      .union([z.boolean(), z.string().min(1)])
      .default(true)
      .describe(
        'Path of the report, or a folder for several inputs. Default (true): beside the output. false: no report.',
      )
      .register(flagInfo, { placeholder: 'path' }),
    seal: z
      .boolean()
      .default(false)
      .describe(
        'Write OUTPUT.seal.json beside the output: the SHA-256 of input, output, weights and options.',
      ),
    overwrite: z
      .boolean()
      .default(false)
      .describe('Replace existing outputs, but no links and no files of another kind.'),
  })
  .refine(({ start, end }) => start === null || end === null || start < end, {
    path: ['end'],
    error: ({ input }) => {
      const { start, end } = input as { start: number; end: number };
      return `must be later than start, but end is ${end} s and start ${start} s`;
    },
  });

/** All options, complete, as the stages get them. */
export type ResolvedConfig = z.output<typeof configSchema>;

/** Options as users write them: any of them may be omitted. */
export type ConfigInput = z.input<typeof configSchema>;
