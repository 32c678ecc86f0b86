import type { Binaries } from './binaries.ts';
import { capture, lastLine } from './process.ts';

/** ffmpeg rotates by whole degrees; angles this close to a quarter turn count as one, degrees. */
const QUARTER_WITHIN = 0.5;

/**
 * Clockwise rotation of each stream in players, degrees from 0 to 359; quarter turns exactly, if ffmpeg treats them as
 * such. Omits streams without a display matrix. ffprobe's own `rotation` is cut to whole degrees.
 */
export async function readTurns(
  path: string,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const entries = ['-show_entries', 'stream=index:stream_side_data=displaymatrix'];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', ...entries, '-of', 'json', `file:${path}`];
  const { code, stdout, stderr } = await capture(ffprobe.path, args, { signal });
  if (code !== 0) throw new Error(lastLine(stderr));
  const turns = new Map<number, number>();
  for (const { index, side_data_list: sideData = [] } of (
    JSON.parse(stdout) as { streams: readonly StreamText[] }
  ).streams) {
    const matrix = sideData.find(({ displaymatrix }) => displaymatrix !== undefined)?.displaymatrix;
    if (matrix !== undefined) turns.set(index, turnOf(matrix));
  }
  return turns;
}

interface StreamText {
  readonly index: number;
  readonly side_data_list?: readonly { readonly displaymatrix?: string }[];
}

/** Rotation of a matrix as ffprobe prints it: three rows of an offset and three numbers. */
function turnOf(matrix: string): number {
  const [a = 0, b = 0, , c = 0, d = 0] = [...matrix.matchAll(/^\d+:(.*)$/gm)].flatMap(([, row]) =>
    row!.trim().split(/\s+/).map(Number),
  );
  const [across, down] = [Math.hypot(a, c), Math.hypot(b, d)];
  // Players ignore a matrix that leaves nothing of the picture.
  if (across === 0 || down === 0) return 0;
  const degrees = (Math.atan2(b / down, a / across) * 180) / Math.PI;
  const quarter = Math.round(degrees / 90) * 90;
  const turn = Math.abs(degrees - quarter) < QUARTER_WITHIN ? quarter : Math.round(degrees * 10) / 10;
  return ((turn % 360) + 360) % 360;
}
