import { sha256OfFile } from '../base/sha256.ts';
import type { CoveredTracks } from '../documents/read-report.ts';
import { interrupted } from '../errors.ts';

/** Checks that a report is unchanged and about this very file, a sentence for each doubt. */
export async function provenanceProblems(
  path: string,
  report: CoveredTracks | null,
  signal?: AbortSignal,
): Promise<string[]> {
  if (report?.provenance === undefined) return [];
  let sha256: string;
  try {
    sha256 = await sha256OfFile(path, signal);
  } catch (error) {
    if (signal?.aborted === true) throw interrupted();
    throw error;
  }
  return [
    ...(sha256 === report.provenance.output.sha256
      ? []
      : ['It is not the file that the report is of, or it was changed since: its SHA-256 is another one.']),
    ...(report.hasItsSettings === false
      ? ['The options in the report were changed after it was written.']
      : []),
  ];
}
