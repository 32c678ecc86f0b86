import type { CoveredTracks } from '../documents/read-report.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import { croppedProblems } from './cropped-away.ts';
import { findHidden } from './hidden-packets.ts';
import { messageProblems } from './frame-messages.ts';
import { imageProblems } from './image-problems.ts';
import { provenanceProblems } from './provenance-problems.ts';
import { unplayedProblems, type SkippedData } from './skipped-data.ts';
import { streamProblems } from './stream-problems.ts';

export interface FileProblemsOptions {
  readonly path: string;
  readonly report: CoveredTracks | null;
  readonly skipped: readonly SkippedData[];
  readonly binaries: Binaries;
  readonly signal?: AbortSignal | undefined;
}

/** What is wrong with a photo as a file, a sentence each. */
export async function photoProblems({
  path,
  report,
  skipped,
  signal,
}: Omit<FileProblemsOptions, 'binaries'>): Promise<string[]> {
  return [...(await imageProblems(path, skipped)), ...(await provenanceProblems(path, report, signal))];
}

/**
 * What is wrong with a video as a file, a sentence each.
 *
 * @returns the problems, and the indexes of streams with frames that no player shows
 */
export async function videoProblems(
  facts: Probe,
  { path, report, skipped, binaries, signal }: FileProblemsOptions,
): Promise<{ readonly problems: readonly string[]; readonly hiding: ReadonlySet<number> }> {
  const hidden = await findHidden(path, facts, binaries, signal);
  return {
    problems: [
      ...streamProblems(facts),
      ...hidden.problems,
      ...(await croppedProblems(path, facts, binaries, signal)),
      ...(await messageProblems(path, facts, binaries, signal)),
      ...(await unplayedProblems(path, skipped)),
      ...(await provenanceProblems(path, report, signal)),
    ],
    hiding: hidden.videos,
  };
}
