import { auditFile, type Audit } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { createConfiguredDetector } from '../../detect/configured-detector.ts';
import { readCoveredTracks, type CoveredTracks } from '../../documents/read-report.ts';
import { TrackPlan } from '../../documents/track-plan.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import type { Logger } from '../../logger.ts';
import { renderFile } from '../../pipeline/file/render-file.ts';

export interface OutputOptions {
  readonly input: string;
  readonly output: string;
  readonly reportPath: string | null;
  readonly config: ResolvedConfig;
  readonly logger: Logger;
}

export interface OutputJobOptions extends OutputOptions {
  readonly signal: AbortSignal;
  readonly onRendered: (frames: number, total: number | null) => void;
  readonly onAudited: (seconds: number) => void;
}

/** Writes the output as `veil render` does, then searches it as `veil audit` does. */
export async function renderAndAudit(tracks: TracksDocument, options: OutputJobOptions): Promise<Audit> {
  const { output, reportPath, config, logger, signal } = options;
  await renderFile({
    ...options,
    tracks,
    // The page has asked the user before replacing it.
    config: { ...config, overwrite: true },
    onProgress: ({ framesDone, framesTotal }) => {
      options.onRendered(framesDone, framesTotal);
    },
  });
  const detector = await createConfiguredDetector(config, logger);
  try {
    const report = reportPath === null ? coveredOf(tracks, config) : await readCoveredTracks(reportPath);
    return await auditFile({ path: output, detector, report, signal, onProgress: options.onAudited });
  } finally {
    await detector.close();
  }
}

/** Boxes of all frames, for inputs without a report: photos. */
function coveredOf(tracks: TracksDocument, { shape, padding }: ResolvedConfig): CoveredTracks {
  const plan = new TrackPlan(tracks);
  const { frames } = tracks.input;
  const boxes = Array.from({ length: frames }, (_, frame) =>
    (plan.boxesAt(frame) ?? [])
      .filter(({ kind }) => kind !== 'zone')
      .map(({ box: { x, y, width, height } }) => [frame, x, y, width, height]),
  );
  return {
    ...{ format: 'veil-report/1', frames, closingFrames: 0, config: { shape, padding } },
    tracks: [{ id: 1, boxes: boxes.flat() }],
    curtains: tracks.curtains,
  };
}
