import { aborted } from '../../base/aborted.ts';
import type { Command } from 'commander';
import type { ResolvedConfig } from '../../config/schema.ts';
import { EXIT, VeilError } from '../../errors.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import type { Logger } from '../../logger.ts';
import type { LiveRun } from '../../pipeline/live/live-run.ts';
import { openLive } from '../../pipeline/live/open-live.ts';
import type { OpenLiveOptions } from '../../pipeline/live/open-live-options.ts';
import { exposureNote } from '../../preview/address.ts';
import { openPreview } from '../../preview/preview.ts';
import { listModes } from '../../source/live/list-modes.ts';
import { liveInputName } from '../../source/live/live-input.ts';
import { listCameras } from '../input/cameras.ts';
import type { Io } from '../io.ts';

import {
  liveRequest,
  wantedPicture,
  type LiveFlags,
  type LiveRequest,
  type PreviewRequest,
} from '../input/live-request.ts';
import { listMicrophones } from '../input/microphones.ts';
import { cameraText, microphoneText, statusText, summaryText } from '../report/live-text.ts';
import { configOf } from '../option-flags.ts';
import { ProgressLine } from '../report/progress.ts';
import { withSignals } from '../shutdown.ts';
import { terminalLogger } from '../report/terminal-logger.ts';

/** Interval between status updates, milliseconds: on a terminal, for programs, in a log. */
const EVERY = { terminal: 250, json: 1000, log: 10_000 };

/**
 * Runs `veil live` until it is stopped or a file has ended.
 *
 * @returns the exit code: 0 also after a stop, the normal end of a live run
 * @throws VeilError for errors that prevent the start, or end the run
 */
export async function live(source: string | undefined, command: Command, io: Io): Promise<number> {
  const flags = command.opts<LiveFlags>();
  if (flags.list === true) return list(flags, io);
  const { config } = await configOf(command, ['live']);
  refuseFileOptions(config);
  const request = liveRequest(source, flags, process.platform);
  refuseUnheard(request, config);
  const line = new ProgressLine(io.stderr);
  const logger = terminalLogger(io.stderr, {
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'silent' : 'info',
    json: flags.json === true,
    before: () => {
      line.clear();
    },
  });
  if (isWithoutOutput(request)) {
    logger.warn(
      'Nothing is recorded, published or shown: add --record, --publish, --virtual-camera or --preview.',
    );
  }
  try {
    await withSignals(io, async (signal) => {
      const run = await openLive({
        ...request,
        startsCovered: flags.panic === true,
        config,
        openPreview: request.preview === null ? null : previewOpener(request.preview, config, flags, io),
        logger,
        signal,
      });
      try {
        await watch(run, request, flags, { line, logger, io, signal });
      } finally {
        await run.close();
        line.clear();
        sayEnd(run, flags, io);
      }
    });
  } catch (error) {
    if (!(error instanceof VeilError) || error.code !== 'INTERRUPTED') throw error;
  }
  return EXIT.done;
}

function isWithoutOutput({ record, publish, virtualCamera, preview }: LiveRequest): boolean {
  return record === null && publish.length === 0 && virtualCamera === null && preview === null;
}

/** Opens the preview of a run, and prints its address. */
function previewOpener(
  request: PreviewRequest,
  { shape, padding }: ResolvedConfig,
  { json }: LiveFlags,
  io: Io,
): NonNullable<OpenLiveOptions['openPreview']> {
  return async ({ run, ffmpeg, frameRate, color, logger }) => {
    const preview = await openPreview({
      ...request,
      control: run,
      status: () => run.status(),
      ffmpeg,
      frameRate,
      color,
      cover: { shape, padding },
      logger,
    });
    const { url } = preview;
    io.stdout.write(json === true ? `${JSON.stringify({ type: 'preview', url })}\n` : `Preview: ${url}\n`);
    const note = exposureNote(request);
    if (note !== null) logger.warn(note);
    return preview;
  };
}

interface Surroundings {
  readonly line: ProgressLine;
  readonly logger: Logger;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** Shows the status, and handles keys, until the run ends or is stopped. */
async function watch(
  run: LiveRun,
  { input }: LiveRequest,
  { json, quiet }: LiveFlags,
  { line, logger, io, signal }: Surroundings,
): Promise<void> {
  const way = json === true ? 'json' : io.stderr.isTTY === true ? 'terminal' : 'log';
  const show = (): void => {
    if (way === 'json') io.stdout.write(`${JSON.stringify({ type: 'status', ...run.status() })}\n`);
    else if (quiet === true) return;
    else if (way === 'terminal') line.say(liveInputName(input), statusText(run.status()));
    else logger.info(statusText(run.status()));
  };
  const timer = setInterval(show, EVERY[way]);
  // Separate keys: with one toggle, holding it or pressing it twice would uncover again.
  const release = io.onKey?.((key) => {
    // Ignore shift and caps lock, which are easily pressed in a hurry.
    if (key.toLowerCase() === 'p') run.panic(true);
    if (key.toLowerCase() === 'u') run.panic(false);
  });
  try {
    await Promise.race([run.finished, aborted(signal)]);
  } finally {
    release?.();
    clearInterval(timer);
    if (way === 'json') show();
  }
}

function sayEnd(run: LiveRun, { json, quiet }: LiveFlags, io: Io): void {
  const summary = run.summary();
  if (json === true) io.stdout.write(`${JSON.stringify({ type: 'summary', ...summary })}\n`);
  else if (quiet !== true) io.stdout.write(summaryText(summary));
}

async function list(flags: LiveFlags, io: Io): Promise<number> {
  const { ffmpeg } = await findBinaries();
  const cameras = await listCameras(ffmpeg.path, process.platform);
  for (const camera of cameras) {
    const modes =
      process.platform === 'linux' && camera.problem === null
        ? await listModes(camera.device, ffmpeg.path, wantedPicture(flags))
        : [];
    io.stdout.write(`${cameraText(camera, modes)}\n`);
  }
  if (cameras.length === 0)
    io.stderr.write('No camera was found. To try Veil without one, run: veil live test:\n');
  const microphones = await listMicrophones(ffmpeg.path, process.platform);
  if (microphones.length > 0) io.stdout.write(`\n${microphoneText(microphones)}\n`);
  return EXIT.done;
}

/** Refuses options without effect here instead of ignoring them: the user may rely on them. */
function refuseFileOptions({ start, end, keepMetadata }: ResolvedConfig): void {
  if (start === null && end === null && !keepMetadata) return;
  throw new VeilError('USAGE', '--start, --end and --keep-metadata have no meaning for a live picture.', {
    hint: 'They belong to veil blur.',
  });
}

/** Refuses contradictory options: a voice kept by mistake may identify its speaker. */
function refuseUnheard({ microphone }: LiveRequest, { audio }: ResolvedConfig): void {
  if (microphone === null || audio === 'keep') return;
  throw new VeilError('USAGE', '--microphone takes sound, and --audio drop leaves it out.', {
    hint: 'Leave one of them out.',
  });
}
