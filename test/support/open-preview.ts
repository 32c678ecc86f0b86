import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { silentLogger } from '../../src/logger.ts';
import { openPreview, type Preview, type PreviewOptions } from '../../src/preview/preview.ts';
import type { PreviewRun } from './preview-run.ts';

/** A preview of a run at a free port of this machine. */
export async function openTestPreview(
  run: PreviewRun,
  options: Partial<PreviewOptions> = {},
): Promise<Preview> {
  const { ffmpeg } = await findBinaries();
  const preview = await openPreview({
    host: '127.0.0.1',
    port: 0,
    isExposed: false,
    control: run,
    status: run.status,
    ffmpeg: ffmpeg.path,
    frameRate: 30,
    color: { range: 'tv', space: null },
    cover: { shape: 'ellipse', padding: 0.2 },
    logger: silentLogger,
    ...options,
  });
  run.addOutput(preview);
  return preview;
}
