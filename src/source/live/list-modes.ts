import { VeilError } from '../../errors.ts';
import { capture } from '../../ffmpeg/process.ts';
import { modesOfFfmpeg, modesOfV4l2Ctl, type CameraMode, type WantedMode } from './camera-mode.ts';

/** Modes of a v4l2 device, from `v4l2-ctl` if it is installed, which knows frame rates, else from ffmpeg. */
export async function listModes(device: string, ffmpeg: string, wanted: WantedMode): Promise<CameraMode[]> {
  const timed = { timeoutMs: 5000 };
  try {
    const { stdout } = await capture('v4l2-ctl', ['--device', device, '--list-formats-ext'], timed);
    const modes = modesOfV4l2Ctl(stdout, wanted);
    if (modes.length > 0) return modes;
  } catch (error) {
    // v4l2-ctl is not installed, or hangs.
    if (!(error instanceof VeilError)) throw error;
  }
  // ffmpeg lists the modes, then ends with an error because it opened nothing.
  const args = ['-hide_banner', '-f', 'v4l2', '-list_formats', 'all', '-i', device];
  return modesOfFfmpeg((await capture(ffmpeg, args, timed)).stderr, wanted);
}
