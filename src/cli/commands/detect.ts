import type { Command } from 'commander';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { createConfiguredDetector } from '../../detect/configured-detector.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { openCall } from '../call.ts';
import type { DetectFlags } from './detect-command.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { runInputs } from '../run-inputs.ts';
import { withSignals } from '../shutdown.ts';
import { planTracks } from '../output/tracks-paths.ts';

/**
 * Does what a `veil detect` call asks for.
 *
 * @returns the exit code
 * @throws VeilError for what is wrong with the call as a whole, and when no detector can be had
 */
export async function detect(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output } = command.opts<DetectFlags>();
  const { config, logger, reporter, inputs, inputFiles, severalAsked, problems } = await openCall(
    args,
    command,
    io,
  );
  const jobs = await planTracks(inputs, { output, several: severalAsked });
  return withSignals(io, async (signal) => {
    await using detector = new LazyDetector(() => createConfiguredDetector(config, logger), signal);
    return await runInputs({
      jobs,
      problems,
      reporter,
      signal,
      work: async ({ input, tracks }) => {
        await using folders = new CreatedFolders(inputFiles);
        await folders.makeFor([{ path: tracks, kind: 'tracks' }], { overwrite: config.overwrite, input });
        const result = await detectFile({
          input,
          output: tracks,
          config,
          signal,
          logger,
          onProgress: (progress) => {
            reporter.progress(input, progress);
          },
          detector: await detector.get(),
        });
        reporter.done(input, result);
        return needsReview(result);
      },
      isHopeless: () => detector.hasFailed,
    });
  });
}
