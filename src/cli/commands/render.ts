import type { Command } from 'commander';
import { renderFile } from '../../pipeline/file/render-file.ts';
import { readTracks } from '../../documents/tracks-document.ts';
import { openCall } from '../call.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { planOutputs, resultsOf } from '../output/outputs.ts';
import { runInputs } from '../run-inputs.ts';
import { withSignals } from '../shutdown.ts';
import { findTracks } from '../output/tracks-paths.ts';

/** The flags of `veil render` that are not options of config files. */
interface RenderFlags {
  readonly output?: string;
  readonly tracks?: string;
}

/**
 * Does what a `veil render` call asks for.
 *
 * @returns the exit code
 * @throws VeilError for what is wrong with the call as a whole
 */
export async function render(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output, tracks } = command.opts<RenderFlags>();
  const { config, logger, reporter, inputs, inputFiles, severalAsked, problems } = await openCall(
    args,
    command,
    io,
  );
  const { report, video } = config;
  const tracksOf = await findTracks(inputs, { tracks, several: severalAsked });
  const jobs = await planOutputs(inputs, { output, report, video, several: severalAsked });
  return withSignals(io, (signal) =>
    runInputs({
      jobs,
      problems,
      reporter,
      signal,
      work: async ({ input, output: to, report: reportPath }) => {
        // Before any folder is made: most often it is the tracks that are wrong.
        const document = await readTracks(tracksOf.get(input)!);
        await using folders = new CreatedFolders(inputFiles);
        await folders.makeFor(resultsOf({ output: to, report: reportPath, tracks: null }), {
          overwrite: config.overwrite,
          input,
        });
        const result = await renderFile({
          input,
          output: to,
          tracks: document,
          config,
          reportPath,
          signal,
          logger,
          onProgress: (progress) => {
            reporter.progress(input, progress);
          },
        });
        reporter.done(input, result);
        return needsReview(result);
      },
    }),
  );
}
