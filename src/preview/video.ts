import { featuresOf, type FfmpegFeatures } from '../ffmpeg/features.ts';
import type { LiveFrame } from '../frame/live-output.ts';
import type { Logger } from '../logger.ts';
import { QUALITIES, type Codec, type RawVideo } from './codec.ts';
import { Encoder } from './encoder.ts';
import type { Packet } from './packet-reader.ts';

export interface VideoOptions {
  readonly ffmpeg: string;
  readonly frameRate: number;
  readonly color: RawVideo['color'];
  readonly logger: Logger;
  readonly onPicture: (codec: Codec, packet: Packet, frame: LiveFrame) => void;
  /** Called when a codec is given up. */
  readonly onCodecs: (codecs: readonly Codec[]) => void;
}

/** An unused encoder is kept this long for pages that reload, ms. */
const LINGER = 2_000;
/** Pauses after the first, second … consecutive failure, ms. */
const RESTS = [0, 500, 2_000, 5_000];
/** After this many consecutive failures H.264 is given up: builds without it fail at once, and JPEG always works. */
const MOST_FAILURES = 2;

/** State of one codec. */
interface Lane {
  encoder: Encoder | null;
  isNeeded: boolean;
  idleSince: number;
  failures: number;
  restUntil: number;
}

/** Encodes frames once per codec that any page watches. */
export class Video {
  readonly #options: VideoOptions;
  readonly #features: FfmpegFeatures;
  readonly #lanes: Record<Codec, Lane> = { h264: newLane(), jpeg: newLane() };
  #quality = 0;
  #seen = 0;
  #isH264Lost = false;
  #isClosed = false;
  dropped = 0;

  private constructor(options: VideoOptions, features: FfmpegFeatures) {
    this.#options = options;
    this.#features = features;
  }

  /** Queries the features of ffmpeg. */
  static async open(options: VideoOptions): Promise<Video> {
    return new Video(options, await featuresOf(options.ffmpeg));
  }

  /** Available codecs, best first. */
  get codecs(): readonly Codec[] {
    return this.#isH264Lost ? ['jpeg'] : ['h264', 'jpeg'];
  }

  /** Sets the codecs that pages watch now. */
  need(codecs: ReadonlySet<Codec>): void {
    for (const [codec, lane] of this.#entries()) {
      if (lane.isNeeded && !codecs.has(codec)) lane.idleSince = performance.now();
      lane.isNeeded = codecs.has(codec);
    }
  }

  /** Applies a step of the overload ladder, see {@link QUALITIES}. */
  setQuality(level: number): void {
    const step = Math.min(QUALITIES.length - 1, Math.max(0, Math.trunc(level)));
    if (step === this.#quality) return;
    this.#quality = step;
    for (const [, lane] of this.#entries()) this.#stop(lane);
  }

  write(frame: LiveFrame): void {
    if (this.#isClosed) return;
    this.#seen += 1;
    // A lower rate never delays a whole cover.
    const isShown = this.#seen % QUALITIES[this.#quality]!.every === 0 || frame.boxes === null;
    for (const [codec, lane] of this.#entries()) {
      if (!lane.isNeeded) {
        if (performance.now() - lane.idleSince > LINGER) this.#stop(lane);
      } else if (isShown) {
        this.#encode(codec, lane, frame);
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const encoders = this.#entries().flatMap(([, { encoder }]) => encoder ?? []);
    await Promise.all(encoders.map((encoder) => encoder.stop()));
  }

  #encode(codec: Codec, lane: Lane, frame: LiveFrame): void {
    const { width, height } = frame.frame;
    const running = lane.encoder?.video;
    if (running !== undefined && (running.width !== width || running.height !== height)) this.#stop(lane);
    if (lane.encoder === null && performance.now() >= lane.restUntil) this.#start(codec, lane, frame);
    if (lane.encoder?.write(frame) !== true) this.dropped += 1;
  }

  #start(codec: Codec, lane: Lane, { frame }: LiveFrame): void {
    const { ffmpeg, frameRate, color, logger, onPicture } = this.#options;
    const { format, width, height } = frame;
    const encoder: Encoder = new Encoder({
      ffmpeg,
      codec,
      video: { format, width, height, frameRate, color },
      quality: QUALITIES[this.#quality]!,
      features: this.#features,
      onPacket: (packet, of) => {
        lane.failures = 0;
        if (lane.encoder === encoder) onPicture(codec, packet, of);
      },
      onFailure: (reason) => {
        logger.warn(`Preview: the ${codec} encoder ${reason}`);
        if (lane.encoder === encoder) this.#fail(codec, lane);
      },
    });
    lane.encoder = encoder;
  }

  #fail(codec: Codec, lane: Lane): void {
    lane.encoder = null;
    lane.failures += 1;
    lane.restUntil = performance.now() + (RESTS[lane.failures - 1] ?? RESTS.at(-1)!);
    if (codec === 'h264' && lane.failures >= MOST_FAILURES && !this.#isH264Lost) {
      this.#isH264Lost = true;
      this.#options.onCodecs(this.codecs);
    }
  }

  #stop(lane: Lane): void {
    void lane.encoder?.stop();
    lane.encoder = null;
  }

  #entries(): [Codec, Lane][] {
    return [
      ['h264', this.#lanes.h264],
      ['jpeg', this.#lanes.jpeg],
    ];
  }
}

function newLane(): Lane {
  return { encoder: null, isNeeded: false, idleSince: 0, failures: 0, restUntil: 0 };
}
