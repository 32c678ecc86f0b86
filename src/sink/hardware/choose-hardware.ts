import { z } from 'zod';
import type { Codec } from '../../config/codecs.ts';
import { driverState } from '../../ffmpeg/driver-state.ts';
import { forget, recall, remember, type Question } from '../../ffmpeg/remembered-answers.ts';
import type { PixelFormat } from '../../frame/frame.ts';
import type { Size } from '../even-size.ts';
import type { EncodeOptions } from '../file/encode-args.ts';
import { HARDWARE, hardwareOn, onEachDevice, type Hardware } from './hardware-encoders.ts';
import { tryEncoder } from './try-encoder.ts';

/** A video to encode in hardware. */
export interface HardwareRequest {
  readonly ffmpeg: string;
  /** Encoders of this build of ffmpeg. */
  readonly encoders: ReadonlySet<string>;
  readonly codec: Codec;
  /** Even, in pixels. */
  readonly size: Size;
  readonly format: PixelFormat;
  /** Options for encoding the video with this encoder. */
  readonly optionsWith: (hardware: Hardware) => EncodeOptions;
  /** Called for each encoder that did not work, with the reason. */
  readonly onFailure?: (hardware: Hardware, reason: string) => void;
}

const known = z.object({
  encoder: z.enum(Object.values(HARDWARE).flat()),
  device: z.string().nullable(),
});

/** Remembered by codec, size and format, for the current drivers. */
const CHOICES: Question<{ drivers: string; choices: Record<string, Hardware> }> = {
  name: 'hardware',
  schema: z.strictObject({ drivers: z.string(), choices: z.record(z.string(), known) }),
};

/** Limit of remembered choices; beyond it the oldest is dropped. */
const MOST_CHOICES = 100;

/**
 * The first hardware encoder that passes a trial with frames of this size and format. A success is remembered until
 * ffmpeg or the drivers change, or the encoder fails ({@link forgetHardware}); failures are tried again each time.
 *
 * @returns null if none works
 */
export async function chooseHardware(request: HardwareRequest): Promise<Hardware | null> {
  const { ffmpeg, codec, encoders, size, format, optionsWith, onFailure } = request;
  const drivers = await driverState();
  const answer = await recall(ffmpeg, CHOICES);
  const choices = answer !== null && answer.drivers === drivers ? answer.choices : {};
  const name = `${codec} ${size.width}x${size.height} ${format}`;
  const remembered = choices[name];
  if (remembered !== undefined && encoders.has(remembered.encoder)) return remembered;
  for (const encoder of hardwareOn(codec).filter((each) => encoders.has(each))) {
    for (const hardware of await onEachDevice(encoder)) {
      const reason = await tryEncoder(ffmpeg, optionsWith(hardware), size);
      if (reason === null) {
        const kept = [...Object.entries(choices), [name, hardware] as const].slice(-MOST_CHOICES);
        if (drivers !== null) await remember(ffmpeg, CHOICES, { drivers, choices: Object.fromEntries(kept) });
        return hardware;
      }
      onFailure?.(hardware, reason);
    }
  }
  return null;
}

/** Makes the next run try again. */
export function forgetHardware(ffmpeg: string): Promise<void> {
  return forget(ffmpeg, CHOICES);
}
