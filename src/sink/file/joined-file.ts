import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { interrupted, VeilError } from '../../errors.ts';
import { HeaderSplitter } from '../../ffmpeg/nut/header-splitter.ts';
import { joinArgs } from './encode-args.ts';
import { finishFile, notesOf, openSounding, type SoundingFile } from './file-sink.ts';
import { planInParts, type FilePlan, type FileSinkOptions } from './plan-file.ts';
import type { Sound } from './sound.ts';

/** An encoded part, see `openPartSink`. */
export interface PartFile {
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** The frames of all parts. Times in seconds. */
export interface JoinedFrames {
  readonly frames: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** A file joined from encoded parts. Exactly one of `finish` and `abort` ends it. */
export interface JoinedFile {
  /** See `Sink.encoder`. */
  readonly encoder: string;
  readonly notes: readonly string[];
  /** See `FileSink.doubts`. */
  readonly doubts: readonly string[];
  /**
   * Joins the parts, in order, with the audio, without reencoding the picture; see `Sink.finish`.
   *
   * @throws VeilError PARTS_UNFIT if parts do not fit together or have changed, and errors of `Sink.finish`
   */
  finish(
    parts: readonly PartFile[],
    facts: JoinedFrames,
    beforePlacing?: (path: string) => Promise<void>,
  ): Promise<void>;
  abort(): Promise<void>;
}

/**
 * Prepares a file that is joined from parts.
 *
 * @throws VeilError as `openFileSink`
 */
export async function openJoinedFile(options: FileSinkOptions): Promise<JoinedFile> {
  const plan = await planInParts(options);
  return new Joined(plan, await openSounding(plan));
}

class Joined implements JoinedFile {
  readonly #plan: FilePlan;
  readonly #sounding: SoundingFile;
  #sound: Sound | null = null;
  #damage: readonly string[] = [];

  constructor(plan: FilePlan, sounding: SoundingFile) {
    this.#plan = plan;
    this.#sounding = sounding;
  }

  get encoder(): string {
    return this.#plan.encoder;
  }

  get notes(): readonly string[] {
    return notesOf(this.#plan, this.#sound, this.doubts);
  }

  get doubts(): readonly string[] {
    return [...(this.#sound?.doubts ?? []), ...this.#damage];
  }

  async finish(
    parts: readonly PartFile[],
    facts: JoinedFrames,
    beforePlacing?: (path: string) => Promise<void>,
  ): Promise<void> {
    const { file, sound } = this.#sounding;
    const settled = (this.#sound = await sound.settled);
    file.start(joinArgs(this.#plan.encodeOptions(facts.firstTime, settled, file.path)));
    let header: Buffer | null = null;
    for (const part of parts) header = await this.#send(part, header);
    const onDamage = (doubts: readonly string[]): void => {
      this.#damage = doubts;
    };
    await finishFile({ plan: this.#plan, file, sound, settled, onDamage, ...facts }, beforePlacing);
  }

  async abort(): Promise<void> {
    await this.#sounding.sound.stop();
    await this.#sounding.file.abort();
  }

  /**
   * Sends a part, with its header only if it is the first.
   *
   * @param header of the earlier parts, which must be equal: it defines how packets are decoded
   * @returns its header
   */
  async #send({ path, sha256 }: PartFile, header: Buffer | null): Promise<Buffer> {
    const { signal } = this.#plan.options;
    const hash = createHash('sha256');
    const chunks = createReadStream(path, { highWaterMark: 1024 ** 2, signal });
    const split = new HeaderSplitter();
    try {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        hash.update(chunk);
        const { packets, begun } = split.take(chunk);
        if (begun !== null) await this.#begin(begun, header);
        if (packets.length > 0) await this.#sounding.file.send(packets);
      }
    } catch (cause) {
      if (signal?.aborted === true) throw interrupted();
      throw cause;
    }
    if (split.header === null) throw unfit('one of them is empty');
    if (hash.digest('hex') !== sha256) throw unfit('one of them is not what it was');
    return split.header;
  }

  async #begin(header: Buffer, before: Buffer | null): Promise<void> {
    if (before === null) await this.#sounding.file.send(header);
    else if (!before.equals(header)) throw unfit('they were encoded in different ways');
  }
}

function unfit(reason: string): VeilError {
  return new VeilError('PARTS_UNFIT', `The parts can't be put together: ${reason}.`, {
    hint: 'Cover the video in one piece. Nothing was written.',
  });
}
