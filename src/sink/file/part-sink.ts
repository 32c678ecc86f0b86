import type { AnonymizedFrame } from '../../frame/frame.ts';
import { ticksToSeconds } from '../../frame/frame.ts';
import { padToEven } from '../even-size.ts';
import type { Sink } from '../sink.ts';
import { checkTarget } from '../target.ts';
import { openTemporaryFile } from '../temporary-file.ts';
import { partArgs } from './encode-args.ts';
import { planInParts, rawWriter, type FilePlan, type FileSinkOptions } from './plan-file.ts';
import { NO_SOUND } from './sound.ts';
import { WrittenFile } from './written-file.ts';

/**
 * Prepares the file of one part of an output: video only, private to its owner, with the times of the whole.
 * `openJoinedFile` joins parts of one output that were encoded by one build of ffmpeg.
 *
 * @param options of the whole output, whose extension decides on the encoding
 * @param path of the part's file
 * @throws VeilError as `openFileSink`
 */
export async function openPartSink(options: FileSinkOptions, path: string): Promise<Sink> {
  const plan = await planInParts(options);
  const { input, binaries, signal } = options;
  const target = await checkTarget({ path, overwrite: false, input, kind: 'video' });
  const temporary = await openTemporaryFile(target, { isPrivate: true });
  const file = new WrittenFile({ ffmpeg: binaries.ffmpeg.path, output: path, input, temporary, signal });
  return new PartSink(plan, file);
}

class PartSink implements Sink {
  readonly #plan: FilePlan;
  readonly #file: WrittenFile;
  readonly #nut: ReturnType<typeof rawWriter>;

  constructor(plan: FilePlan, file: WrittenFile) {
    this.#plan = plan;
    this.#file = file;
    // An explicit rate: guessed from the first frames, it would differ between parts, and so would their headers.
    this.#nut = rawWriter(plan, plan.options.info.frameRate);
  }

  async write({ pts, data, release }: AnonymizedFrame): Promise<void> {
    const { options, size } = this.#plan;
    const { timeBase, format } = options.info;
    if (!this.#file.hasStarted) {
      const args = this.#plan.encodeOptions(ticksToSeconds(pts, timeBase), NO_SOUND, this.#file.path);
      this.#file.start(partArgs(args));
      await this.#file.send(this.#nut.header());
    }
    const [head, pixels] = this.#nut.frame(pts, padToEven(data, options.info, size, format));
    await this.#file.send(head);
    await this.#file.send(pixels, release);
  }

  async finish(beforePlacing?: (path: string) => Promise<void>): Promise<void> {
    await this.#file.end();
    await beforePlacing?.(this.#file.path);
    await this.#file.place(false);
  }

  abort(): Promise<void> {
    return this.#file.abort();
  }
}
