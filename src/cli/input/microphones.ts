import { readFile } from 'node:fs/promises';
import { capture } from '../../ffmpeg/process.ts';

/** A microphone that ffmpeg can open. */
export interface Microphone {
  /** Value for `--microphone`. */
  readonly device: string;
  readonly name: string;
}

/** Microphones of this machine, from its operating system. */
export async function listMicrophones(ffmpeg: string, platform: NodeJS.Platform): Promise<Microphone[]> {
  const ask = async (args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await capture(ffmpeg, ['-hide_banner', ...args], { timeoutMs: 10_000 });
    return stdout + stderr;
  };
  if (platform === 'darwin') {
    return avfoundationMicrophones(await ask(['-f', 'avfoundation', '-list_devices', 'true', '-i', '']));
  }
  if (platform === 'win32') {
    return dshowMicrophones(await ask(['-f', 'dshow', '-list_devices', 'true', '-i', 'dummy']));
  }
  return [
    // Machines without sound have no such file, those without a sound server no such sources.
    ...alsaMicrophones(await readFile('/proc/asound/pcm', 'utf8').catch(() => '')),
    ...pulseMicrophones(await ask(['-sources', 'pulse'])),
  ];
}

/** `01-00: USB Audio : USB Audio : playback 1 : capture 1`, the kernel's list of sound devices. */
export function alsaMicrophones(text: string): Microphone[] {
  return [...text.matchAll(/^(\d+)-(\d+): (.*?) :.*capture \d+/gm)].map(([, card, device, name]) => ({
    device: `hw:${Number(card)},${Number(device)}`,
    name: name!.trim(),
  }));
}

/** `* alsa_input.usb-Camera [Camera Mono] (audio)`, from `ffmpeg -sources pulse`; includes monitors of outputs. */
export function pulseMicrophones(text: string): Microphone[] {
  return [...text.matchAll(/^ *\*? +(\S+) \[(.*)\](?: \(.*\))?$/gm)].map(([, device, name]) => ({
    device: `pulse:${device!}`,
    name: name!,
  }));
}

/** `[AVFoundation …] [0] MacBook Microphone`, below the heading of the microphones. */
export function avfoundationMicrophones(text: string): Microphone[] {
  const [, audio = ''] = text.split('AVFoundation audio devices');
  return [...audio.matchAll(/\] \[(\d+)\] (.+)$/gm)].map(([, device, name]) => ({
    device: device!,
    name: name!.trim(),
  }));
}

/** `"Microphone Array" (audio)`; older builds state the kind only in the heading. */
export function dshowMicrophones(text: string): Microphone[] {
  const [all = '', below] = text.split('DirectShow audio devices');
  return [...(below ?? all).matchAll(/^\[dshow[^\]]*\]\s+"([^"@][^"]*)"(?: \((\w+)\))?\s*$/gm)]
    .filter(([, , kind]) => (below === undefined ? kind === 'audio' : kind === undefined || kind === 'audio'))
    .map(([, name]) => ({ device: name!, name: name! }));
}
