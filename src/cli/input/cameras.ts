import { constants } from 'node:fs';
import { access, readFile, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { capture } from '../../ffmpeg/process.ts';

/** A camera that ffmpeg can open. */
export interface Camera {
  /** Value for ffmpeg's `-i`. */
  readonly device: string;
  readonly name: string;
  /** Why it can't be used, or null. */
  readonly problem: string | null;
}

/** Cameras of this machine, from its operating system. */
export async function listCameras(ffmpeg: string, platform: NodeJS.Platform): Promise<Camera[]> {
  if (platform === 'linux') return linuxCameras();
  const format = platform === 'darwin' ? 'avfoundation' : 'dshow';
  // ffmpeg lists the devices as text, then fails because the dummy can't be opened.
  const args = [
    '-hide_banner',
    '-f',
    format,
    '-list_devices',
    'true',
    '-i',
    platform === 'win32' ? 'dummy' : '',
  ];
  const { stderr } = await capture(ffmpeg, args, { timeoutMs: 10_000 });
  return platform === 'darwin' ? avfoundationCameras(stderr) : dshowCameras(stderr);
}

/** `[AVFoundation …] [0] FaceTime HD Camera`, up to the heading of the microphones. */
export function avfoundationCameras(text: string): Camera[] {
  const [video = ''] = text.split('AVFoundation audio devices');
  return [...video.matchAll(/\] \[(\d+)\] (.+)$/gm)].map(([, device, name]) => camera(device!, name!));
}

/** `"Integrated Camera" (video)`; older builds state the kind only in the heading. */
export function dshowCameras(text: string): Camera[] {
  const [video = ''] = text.split('DirectShow audio devices');
  return [...video.matchAll(/^\[dshow[^\]]*\]\s+"([^"@][^"]*)"(?: \((\w+)\))?\s*$/gm)]
    .filter(([, , kind]) => kind === undefined || kind === 'video')
    .map(([, name]) => camera(`video=${name!}`, name!));
}

async function linuxCameras(): Promise<Camera[]> {
  const devices = (await readdir('/dev')).filter((name) => /^video\d+$/.test(name)).sort();
  return Promise.all(devices.map((name) => linuxCamera(`/dev/${name}`)));
}

async function linuxCamera(device: string): Promise<Camera> {
  const name = await readFile(`/sys/class/video4linux/${basename(device)}/name`, 'utf8').catch(() => '');
  const problem = await access(device, constants.R_OK).then(
    () => null,
    () => 'no permission; add yourself to the group "video"',
  );
  return { device, name: name.trim(), problem };
}

function camera(device: string, name: string): Camera {
  return { device, name: name.trim(), problem: null };
}
