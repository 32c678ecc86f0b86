import { VeilError } from '../../errors.ts';

/** Source of audio in addition to a picture. */
export type MicrophoneInput =
  | { readonly kind: 'alsa' | 'pulse' | 'avfoundation' | 'dshow'; readonly device: string }
  | { readonly kind: 'test' };

/**
 * Parses the name of a microphone: a device of ALSA (`hw:1`), `pulse:NAME` (also PipeWire's), a number or name
 * on macOS, a name on Windows, or `test:` for a tone.
 *
 * @throws VeilError USAGE
 */
export function parseMicrophone(text: string, platform: NodeJS.Platform): MicrophoneInput {
  if (text === 'test:') return { kind: 'test' };
  if (platform === 'darwin') return { kind: 'avfoundation', device: checked(text, /[:]/) };
  if (platform === 'win32') return { kind: 'dshow', device: checked(text.replace(/^audio=/, ''), /[:]/) };
  const pulse = /^pulse:(.+)$/.exec(text)?.[1];
  if (pulse !== undefined) return { kind: 'pulse', device: checked(pulse, /\s/) };
  // ALSA names contain colons: hw:1, plughw:CARD=Camera,DEV=0, default.
  return { kind: 'alsa', device: checked(text, /\s/) };
}

/** ffmpeg's arguments of a microphone, up to and including `-i`. */
export function microphoneArgs(input: MicrophoneInput): string[] {
  switch (input.kind) {
    case 'alsa':
      return ['-thread_queue_size', '512', '-f', 'alsa', '-i', input.device];
    case 'pulse':
      // Without it, some servers deliver two seconds at once.
      return ['-thread_queue_size', '512', '-f', 'pulse', '-fragment_size', '9600', '-i', input.device];
    case 'avfoundation':
      return ['-thread_queue_size', '512', '-f', 'avfoundation', '-i', `none:${input.device}`];
    case 'dshow':
      return ['-f', 'dshow', '-audio_buffer_size', '50', '-i', `audio=${input.device}`];
    case 'test':
      return ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  }
}

/** Name of a microphone for logs. */
export function microphoneName(input: MicrophoneInput): string {
  return input.kind === 'test' ? 'the test tone' : `the microphone ${input.device}`;
}

function checked(device: string, refused: RegExp): string {
  if (device !== '' && !device.startsWith('-') && !refused.test(device)) return device;
  throw new VeilError('USAGE', `${JSON.stringify(device)} is not a microphone.`, {
    hint: 'Microphones of this machine: veil live --list.',
  });
}
