import type { Command } from 'commander';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { openCall } from '../call.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { runWithDetector } from '../run-with-detector.ts';
import { planTracks } from '../output/tracks-paths.ts';

/** The flags of `veil detect` that are not options of config files. */
interface DetectFlags {
  readonly output?: string;
}

/**
 * Runs `veil detect`.
 *
 * @returns the exit code
 * @throws VeilError for errors of the call as a whole, and if no detector is available
 */
export async function detect(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output } = command.opts<DetectFlags>();
  const call = await openCall(args, command, io);
  const { config, logger, reporter, inputs, inputFiles, severalAsked } = call;
  const jobs = await planTracks(inputs, { output, several: severalAsked });
  return runWithDetector(call, jobs, io, async ({ input, tracks }, { detector, signal }) => {
    await using folders = new CreatedFolders();
    await folders.makeFor([{ path: tracks, kind: 'tracks' }], {
      inputs: inputFiles,
      overwrite: config.overwrite,
      input,
    });
    const result = await detectFile({
      input,
      output: tracks,
      config,
      signal,
      logger,
      onProgress: (progress) => {
        reporter.progress(input, progress);
      },
      detector: detector(),
    });
    reporter.done(input, result);
    return needsReview(result);
  });
}
