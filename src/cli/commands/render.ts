import type { Command } from 'commander';
import { renderFile } from '../../pipeline/file/render-file.ts';
import { readTracks, type TracksDocument } from '../../documents/tracks-document.ts';
import { openCall } from '../call.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { planOutputs, resultsOf } from '../output/outputs.ts';
import { runInputs } from '../run-inputs.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { frameTimes } from '../../ffmpeg/frame-times.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { applyTypedEdits, needsTimes, type TypedEdit } from '../../review/typed-edits.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { VeilError } from '../../errors.ts';
import { withSignals } from '../shutdown.ts';
import { findTracks } from '../output/tracks-paths.ts';

/** The flags of `veil render` that are not options of config files. */
interface RenderFlags {
  readonly output?: string;
  readonly tracks?: string;
  readonly drop?: readonly TypedEdit[];
  readonly dropAt?: readonly TypedEdit[];
  readonly add?: readonly TypedEdit[];
  readonly zone?: readonly TypedEdit[];
}

/**
 * Runs `veil render`.
 *
 * @returns the exit code
 * @throws VeilError for errors of the call as a whole
 */
export async function render(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output, tracks, drop = [], dropAt = [], add = [], zone = [] } = command.opts<RenderFlags>();
  const edits = [...drop, ...dropAt, ...add, ...zone];
  const { config, logger, reporter, inputs, inputFiles, severalAsked, problems } = await openCall(
    args,
    command,
    io,
  );
  if (edits.length > 0 && severalAsked) throw editsOfSeveral();
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
        // Before creating folders, because errors in tracks are the most likely.
        const document = await edited(await readTracks(tracksOf.get(input)!), edits, input, signal);
        await using folders = new CreatedFolders();
        await folders.makeFor(
          resultsOf({ output: to, report: reportPath, tracks: null, sheet: null, labels: null }),
          {
            inputs: inputFiles,
            overwrite: config.overwrite,
            input,
          },
        );
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

/** Numbers, times and places of one video have no meaning in another. */
function editsOfSeveral(): VeilError {
  return new VeilError('USAGE', '--drop, --drop-at, --add and --zone are for one input.', {
    hint: 'Render the inputs one by one.',
  });
}

/** Applies typed edits to a document. */
async function edited(
  document: TracksDocument,
  edits: readonly TypedEdit[],
  input: string,
  signal: AbortSignal,
): Promise<TracksDocument> {
  if (edits.length === 0) return document;
  return applyTypedEdits(document, edits, needsTimes(edits) ? await timesOf(input, document, signal) : []);
}

/** Display time of each frame of the part, seconds; empty if the file does not state them. */
async function timesOf(
  path: string,
  { input: { start, end } }: TracksDocument,
  signal: AbortSignal,
): Promise<number[]> {
  if (await isPhoto(path)) return [0];
  const binaries = await findBinaries();
  return frameTimes(path, await probe(path, binaries, { signal }), binaries, { start, end, signal });
}
