import { capture } from '../../src/ffmpeg/process.ts';

/** Pictures of a recording. */
export async function packetCount(ffprobe: string, path: string): Promise<number> {
  const { stdout } = await capture(ffprobe, [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_packets'],
    ...['-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', path],
  ]);
  return Number(stdout) || 0;
}
