import { graphicsState } from '../base/graphics-cards.ts';

/** Environment variables that select drivers and devices of encoders. */
const VARIABLES = ['LIBVA_DRIVER_NAME', 'LIBVA_DRIVERS_PATH', 'CUDA_VISIBLE_DEVICES', 'ONEVPL_SEARCH_PATH'];

/**
 * Everything besides ffmpeg itself that affects which hardware encoders work.
 *
 * @returns null if unknown, on systems other than Linux
 */
export async function driverState(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const named = VARIABLES.map((name) => process.env[name] ?? '');
  return [...named, ...(await graphicsState())].join(' | ');
}
