import { resolveConfig } from '../../config/load.ts';
import { EXIT } from '../../errors.ts';
import { auditFile } from '../../audit/audit-file.ts';
import { contactSheet } from '../../audit/contact-sheet.ts';
import { readCoveredTracks } from '../../documents/read-report.ts';
import { silentLogger } from '../../logger.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { writeNewFile } from '../../sink/new-file.ts';
import { checkTarget } from '../../sink/target.ts';
import { auditJson, auditText, hasFound } from '../report/audit-text.ts';
import type { Io } from '../io.ts';
import { withSignals } from '../shutdown.ts';

/** The flags of `veil audit`. */
export interface AuditFlags {
  readonly report?: string;
  readonly sheet?: string;
  readonly detector: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/**
 * Runs `veil audit`.
 *
 * @returns the exit code: 3 if anything is found
 * @throws VeilError INPUT_…, OUTPUT_…, DETECTOR_…
 */
export async function audit(path: string, flags: AuditFlags, io: Io): Promise<number> {
  const report = flags.report === undefined ? null : await readCoveredTracks(flags.report);
  const sheet = { overwrite: flags.overwrite === true, input: path, kind: 'image' } as const;
  // Check before the work whether the sheet can be written.
  if (flags.sheet !== undefined) await checkTarget({ path: flags.sheet, ...sheet });
  const config = resolveConfig({ detector: flags.detector });
  const found = await withSignals(io, async (signal) => {
    const detector = await startDetectorProcess({ config, logger: silentLogger, signal });
    try {
      return await auditFile({ path, detector, report, signal });
    } finally {
      await detector.close();
    }
  });
  if (flags.sheet !== undefined) await writeNewFile(flags.sheet, await contactSheet(found.findings), sheet);
  io.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ output: path, ...auditJson(found) })}\n`
      : auditText(path, found),
  );
  return hasFound(found) ? EXIT.review : EXIT.done;
}
