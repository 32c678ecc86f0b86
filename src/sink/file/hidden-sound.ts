import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { loudestSample } from '../../ffmpeg/loudest-sample.ts';
import type { KnownSound } from './audio-plan.ts';
import { PRIMING, type Packet } from '../../ffmpeg/packets.ts';

/** Audio below this level counts as silent, decibels of full scale. */
const SILENCE = -60;

/** An audio track to search for hidden audio. */
export interface HeardTrack {
  /** Index among all streams of the file. */
  readonly index: number;
  readonly sampleRate: number;
}

export interface HiddenSoundOptions {
  /** The packets of all audio, or null if they can't be listed. */
  readonly packets: Iterable<Packet> | null;
  readonly binaries: Pick<Binaries, 'ffmpeg' | 'ffprobe'>;
  /** ffmpeg's names of the container. */
  readonly format: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds tracks without audible packets, and tracks with audio that players skip: an edit list or an offset hides it,
 * and a copy would keep it. Priming and padding of encoders may stay if silent; a loud start smeared into them can't be
 * told from hidden audio.
 *
 * @throws VeilError INPUT_UNREADABLE if the packets can't be listed, DECODER_FAILED, INTERRUPTED
 */
export async function readKnownSound(
  path: string,
  tracks: readonly HeardTrack[],
  { packets, binaries, format, signal }: HiddenSoundOptions,
): Promise<Pick<KnownSound, 'hidden' | 'silent'>> {
  if (packets === null) {
    throw new VeilError('INPUT_UNREADABLE', `The sound of ${path} can't be read to its end.`, {
      hint: 'Play it to see whether it is whole, or leave the sound out with --audio drop.',
    });
  }
  const books = new Map(tracks.map((track) => [track.index, new HiddenParts(track.sampleRate)]));
  for (const packet of packets) books.get(packet.stream)?.add(packet);
  const hidden = new Set<number>();
  const silent = new Set<number>();
  for (const [index, { atStart, within, atEnd, lastTime, hasPlayed }] of books) {
    if (!hasPlayed) {
      silent.add(index);
      continue;
    }
    const whole = [...(format.includes('mp4') ? ['-ignore_editlist', '1'] : []), '-flags2', '+skip_manual'];
    const isHeard = async (seconds: number, part: string[], order: string[]): Promise<boolean> => {
      const loudest = await loudestSample(binaries.ffmpeg.path, {
        ...{ path, index, signal, input: [...whole, ...part] },
        filters: [...order, `atrim=end=${seconds.toFixed(6)}`],
      });
      return loudest > SILENCE;
    };
    const lastSecond = ['-ss', Math.max(0, lastTime - 1).toFixed(3)];
    if (
      within > 0 ||
      Math.max(atStart, atEnd) > PRIMING ||
      (atStart > 0 && (await isHeard(atStart, ['-t', '1'], []))) ||
      (atEnd > 0 && (await isHeard(atEnd, lastSecond, ['areverse'])))
    ) {
      hidden.add(index);
    }
  }
  return { hidden, silent };
}

/** Durations of the audio in one track that players skip, seconds. */
class HiddenParts {
  atStart = 0;
  /** Between played parts. */
  within = 0;
  /** After the last played part. */
  atEnd = 0;
  lastTime = 0;
  readonly #sampleRate: number;
  hasPlayed = false;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Adds packets one after another. */
  add({ time, duration, isHidden, beforeStart, skippedSamples, droppedSamples }: Packet): void {
    this.lastTime = Math.max(this.lastTime, time ?? 0);
    if (!this.hasPlayed) {
      // The first packet states how much is skipped, which may include later packets.
      const skipped = Math.max(skippedSamples / this.#sampleRate, beforeStart);
      this.atStart = Math.max(this.atStart, skipped);
      this.hasPlayed = !isHidden;
    } else {
      if (!isHidden) {
        this.within += this.atEnd;
        this.atEnd = 0;
      } else this.atEnd += duration ?? 0;
      this.within += skippedSamples / this.#sampleRate;
    }
    this.atEnd += droppedSamples / this.#sampleRate;
  }
}
