import type { NutWriter } from '../../ffmpeg/nut/writer.ts';
import { ticksToSeconds, type AnonymizedFrame } from '../../frame/frame.ts';
import { checkResult } from './check-result.ts';
import { encodeArgs } from './encode-args.ts';
import {
  closesLate,
  endTimeOf,
  planFile,
  rawWriter,
  type FilePlan,
  type FileSinkOptions,
} from './plan-file.ts';
import { checkSilence } from './silence.ts';
import { planSound, type PlannedSound, type Sound } from './sound.ts';
import { padToEven } from '../even-size.ts';
import { isHardware } from '../hardware/hardware-encoders.ts';
import { withHardwareHint } from '../hardware/hardware-failure.ts';
import type { Sink } from '../sink.ts';
import { checkTarget } from '../target.ts';
import { openTemporaryFile } from '../temporary-file.ts';
import { WrittenFile } from './written-file.ts';

const VOICES =
  'Voices are kept, and voices identify people: --audio drop leaves them out, --mute 4.0-6.5s silences a part.';

/** A sink with notes about the picture and, once there is a frame, about the audio, a sentence each. */
export interface FileSink extends Sink {
  readonly notes: readonly string[];
  /** Those of the notes that are reasons to listen to the output, complete once it is finished. */
  readonly doubts: readonly string[];
}

/**
 * Prepares a video file, after all checks that can be made before the work. `finish` gives the file its name, complete
 * and checked; otherwise it never appears.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL, ENCODER_UNAVAILABLE,
 *   CONFIG_INVALID for an extension that Veil does not support
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const plan = await planFile(options);
  return new EncodedFile(plan, await openSounding(plan));
}

/** A file in progress, and its audio. */
export interface SoundingFile {
  readonly file: WrittenFile;
  readonly sound: PlannedSound;
}

/**
 * Reserves the place of a file, and starts to examine its audio.
 *
 * @throws VeilError as {@link openFileSink}
 */
export async function openSounding({ options, muxer, support }: FilePlan): Promise<SoundingFile> {
  const { output, input, overwrite, binaries, signal } = options;
  const target = await checkTarget({ path: output, overwrite, input, kind: 'video' });
  const sound = planSound({ ...options, muxer, support }, signal);
  try {
    const temporary = await openTemporaryFile(target);
    return {
      sound,
      file: new WrittenFile({ ffmpeg: binaries.ffmpeg.path, output, input, temporary, signal }),
    };
  } catch (error) {
    await sound.stop();
    throw error;
  }
}

/** Notes for the user about an output, once its audio is planned, a sentence each. */
export function notesOf(
  plan: Pick<FilePlan, 'notes'>,
  sound: Sound | null,
  doubts: readonly string[],
): string[] {
  const { notes = [], tracks = [] } = sound ?? {};
  return [...notes, ...doubts, ...plan.notes, ...(tracks.length > 0 ? [VOICES] : [])];
}

/** A file that has received every frame. */
export interface WholeFile extends SoundingFile {
  readonly plan: FilePlan;
  readonly settled: Sound | null;
  readonly frames: number;
  /** Seconds. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Called with reasons to listen to the output, before `beforePlacing`. */
  readonly onDamage: (doubts: readonly string[]) => void;
}

/** Ends a file, checks it and gives it its name; see `Sink.finish`. */
export async function finishFile(
  { plan, file, settled, frames, firstTime, lastTime, onDamage }: WholeFile,
  beforePlacing?: (path: string) => Promise<void>,
): Promise<void> {
  await file.end();
  const { output, binaries, keepMetadata, overwrite, signal } = plan.options;
  const { tracks = [], silences = [] } = settled ?? {};
  const { path } = file;
  const span = lastTime - firstTime;
  await checkResult({
    ...{ path, name: output, binaries, frames, span, keepMetadata, signal },
    audioTracks: tracks.length,
  });
  if (tracks.length > 0 && silences.length > 0) {
    await checkSilence({ path, name: output, binaries, silences, firstTime, signal });
  }
  if (settled !== null) onDamage(await settled.damage);
  await beforePlacing?.(path);
  await file.place(overwrite);
}

/** End of the last frame: as stated by the original, or after a frame of average duration. */
function endAfter(lastTime: number, options: FileSinkOptions): number {
  const { num, den } = options.info.frameRate;
  const end = endTimeOf(options);
  return end !== null && end > lastTime ? end : lastTime + den / num;
}

class EncodedFile implements FileSink {
  readonly #plan: FilePlan;
  readonly #file: WrittenFile;
  readonly #planned: PlannedSound;
  readonly #nut: NutWriter;
  /** Whether the last frame is written a second time, see {@link closesLate}. */
  readonly #isClosed: boolean;
  #started: Promise<void> | null = null;
  #sound: Sound | null = null;
  #damage: readonly string[] = [];
  #frames = 0;
  #firstTime = 0;
  #lastTime = 0;
  #last: AnonymizedFrame | null = null;

  constructor(plan: FilePlan, { file, sound }: SoundingFile) {
    this.#plan = plan;
    this.#file = file;
    this.#planned = sound;
    this.#isClosed = closesLate(plan);
    // Hardware encoders derive the level from the frame rate, which ffmpeg would guess.
    this.#nut = rawWriter(plan, isHardware(plan.encoder) ? plan.options.info.frameRate : undefined);
  }

  get notes(): readonly string[] {
    return notesOf(this.#plan, this.#sound, this.doubts);
  }

  get doubts(): readonly string[] {
    return [...(this.#sound?.doubts ?? []), ...this.#damage];
  }

  get closingFrames(): number {
    return this.#isClosed ? 1 : 0;
  }

  get encoder(): string {
    return this.#plan.encoder;
  }

  prepare(firstPts: number): void {
    this.#started ??= this.#start(firstPts);
    // `write` reports it; a run that has failed before does not.
    this.#started.catch(() => undefined);
  }

  write(frame: AnonymizedFrame): Promise<void> {
    return this.#withHint(this.#take(frame));
  }

  finish(beforePlacing?: (path: string) => Promise<void>): Promise<void> {
    return this.#withHint(this.#end(beforePlacing));
  }

  async abort(): Promise<void> {
    await this.#planned.stop();
    // It may be about to start the encoder.
    await this.#started?.catch(() => undefined);
    await this.#file.abort();
  }

  async #take(frame: AnonymizedFrame): Promise<void> {
    await (this.#started ??= this.#start(frame.pts));
    const before = this.#last;
    if (this.#isClosed) this.#last = frame;
    await this.#encode(frame.pts, frame, this.#isClosed ? before?.release : frame.release);
    this.#lastTime = frame.time;
  }

  async #start(firstPts: number): Promise<void> {
    const sound = await this.#planned.settled;
    this.#sound = sound;
    this.#firstTime = ticksToSeconds(firstPts, this.#plan.options.info.timeBase);
    this.#file.start(encodeArgs(this.#plan.encodeOptions(this.#firstTime, sound, this.#file.path)));
    await this.#file.send(this.#nut.header());
  }

  async #end(beforePlacing?: (path: string) => Promise<void>): Promise<void> {
    if (this.#last !== null) {
      const { num, den } = this.#plan.options.info.timeBase;
      const pts = Math.round((endAfter(this.#lastTime, this.#plan.options) * den) / num);
      await this.#encode(Math.max(pts, this.#last.pts + 1), this.#last);
    }
    const onDamage = (doubts: readonly string[]): void => {
      this.#damage = doubts;
    };
    const [file, sound] = [this.#file, this.#planned];
    const facts = { onDamage, frames: this.#frames, firstTime: this.#firstTime, lastTime: this.#lastTime };
    await finishFile({ plan: this.#plan, file, sound, settled: this.#sound, ...facts }, beforePlacing);
  }

  async #withHint(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw await withHardwareHint(error, this.#plan.encoder, this.#plan.options.binaries.ffmpeg.path);
    }
  }

  /** @param onSent called when the frame is written, which implies that all earlier ones are */
  async #encode(pts: number, { data }: AnonymizedFrame, onSent?: () => void): Promise<void> {
    const { options, size } = this.#plan;
    const [head, pixels] = this.#nut.frame(pts, padToEven(data, options.info, size, options.info.format));
    await this.#file.send(head);
    await this.#file.send(pixels, onSent);
    this.#frames += 1;
  }
}
