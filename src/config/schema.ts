import { z } from 'zod';
import { DEFAULT_CRF } from './encoding.ts';
import { STYLES } from '../frame/style.ts';

/** How an option is written on the command line, where that does not follow from its key. */
export interface FlagInfo {
  /** Name without dashes; the key in kebab case unless given. */
  readonly name?: string;
  /** What the help shows for the value, such as `#rrggbb`. */
  readonly placeholder?: string;
  /** `time`: takes seconds or hh:mm:ss. */
  readonly reads?: 'time';
}

/** Only for options whose flag does not follow from their key. */
export const flagInfo = z.registry<FlagInfo>();

/**
 * Every option of Veil: type, default, limits and the sentence that `--help`, `config/schema.json` and the
 * README show. Below `config/` nobody fills in defaults.
 */
export const configSchema = z
  .strictObject({
    style: z
      .enum(STYLES)
      .default('blur')
      .describe('How covered heads look: smooth cells, flat cells, or one colour.'),
    cells: z
      .int()
      .min(2)
      .max(8)
      .default(6)
      .describe('Cells across a covered head for blur and mosaic; fewer is stronger. Never more than 8.'),
    shape: z.enum(['ellipse', 'rectangle']).default('ellipse').describe('Shape of the covered area.'),
    padding: z
      .number()
      .min(0)
      .max(2)
      .default(0.2)
      .describe(
        'Extra margin around the head, as a share of the head size. The head itself is always covered.',
      )
      .register(flagInfo, { placeholder: 'share' }),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must look like #1a2b3c')
      .default('#202020')
      .describe('Colour of solid, as #rrggbb.')
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
      .describe('What runs the detector; auto takes the fastest one that works here.'),
    threshold: z
      .number()
      .min(0.01)
      .max(0.99)
      .default(0.2)
      .describe('Score from which a detection counts as a face. Low on purpose: a false mask costs little.')
      .register(flagInfo, { placeholder: 'score' }),
    effort: z
      .enum(['fast', 'balanced', 'thorough'])
      .default('balanced')
      .describe('How often and how closely faces are looked for. thorough takes several times as long.'),
    look: z
      .strictObject({
        interval: z
          .int()
          .min(1)
          .max(60)
          .nullable()
          .default(null)
          .describe(
            'Look for faces in every n-th frame; 1 looks at all, null leaves it to effort, or live to the detector.',
          ),
        sizes: z
          .array(z.int().min(128).max(4096))
          .min(1)
          .max(4)
          .nullable()
          .default(null)
          .describe(
            'Long sides, in pixels, of the pictures the detector looks at. Larger finds smaller faces; null leaves it to effort, or live to the detector.',
          )
          .register(flagInfo, { placeholder: 'n,n…' }),
      })
      .prefault({})
      .describe('Which frames are looked at and how closely, where effort should not decide it.'),
    anonymizer: z
      .enum(['auto', 'cpu', 'webgpu'])
      .default('auto')
      .describe(
        'What covers the faces: the CPU, or a GPU through WebGPU. auto uses a hardware GPU when it wins.',
      ),
    audio: z
      .enum(['keep', 'drop'])
      .default('keep')
      .describe('Keep or drop all sound. Voices identify people.'),
    video: z
      .strictObject({
        codec: z
          .enum(['auto', 'h264', 'h265', 'vp9', 'av1'])
          .default('auto')
          .describe('Video codec of the output; auto is vp9 for .webm and h264 for the others.')
          .register(flagInfo, { name: 'codec' }),
        crf: z
          .int()
          .min(0)
          .max(63)
          .nullable()
          .default(null)
          .describe(
            `Constant rate factor, lower is better and larger; null is ${Object.entries(DEFAULT_CRF)
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
          .describe('Encoder effort, ultrafast to veryslow as x264 names it; slower makes smaller files.')
          .register(flagInfo, { name: 'preset', placeholder: 'name' }),
        pixelFormat: z
          .enum(['yuv420p'])
          .default('yuv420p')
          .describe('Pixel format of the output; the one that every player shows.')
          .register(flagInfo, { name: 'pixel-format' }),
      })
      .prefault({})
      .describe('How the output is encoded.'),
    start: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('Start at this time of the input, in seconds.')
      .register(flagInfo, { placeholder: 'time', reads: 'time' }),
    end: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('Stop at this time of the input, in seconds.')
      .register(flagInfo, { placeholder: 'time', reads: 'time' }),
    keepMetadata: z
      .boolean()
      .default(false)
      .describe('Keep title, creation time, location and device tags. They can identify people.'),
    report: z
      .union([z.boolean(), z.string().min(1)])
      .default(true)
      .describe(
        'Write a report beside the output (true), nowhere (false) or to this path (a folder for several inputs).',
      )
      .register(flagInfo, { placeholder: 'path' }),
    overwrite: z.boolean().default(false).describe('Replace output files that exist.'),
  })
  .refine(({ start, end }) => start === null || end === null || start < end, {
    path: ['end'],
    message: 'must be later than start',
  });

/** All options, resolved: what the stages are given. */
export type ResolvedConfig = z.output<typeof configSchema>;

/** Options as people write them: everything may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
