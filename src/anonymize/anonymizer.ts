import { VeilError } from '../errors.ts';
import {
  frameBytes,
  planesOf,
  samplesOf,
  type AnonymizedFrame,
  type Frame,
  type PixelFormat,
} from '../frame/frame.ts';
import type { TrackBox } from '../frame/track.ts';
import type { Logger } from '../logger.ts';
import { HeldCells, type Cover } from './cells.ts';
import { samplesOfHex, toSamples, type SampleRange } from './color.ts';
import { choosePainter } from './choose-painter.ts';
import { drawLabels } from './labels.ts';
import type { Painter } from './painter.ts';
import { regionsOf, type Region, type Shape } from './regions.ts';
import type { Style } from '../frame/style.ts';

/** Covers heads. */
export interface Anonymizer {
  /** For reports and logs, such as `cpu` or `webgpu (NVIDIA …)`. */
  readonly description: string;
  /**
   * Covers the head around every face box, in place: it changes the frame's buffer. Frames must come in order, because
   * cell values persist over time. Rejects (GPU_LOST, INTERNAL) rather than return an uncovered frame.
   */
  anonymize(frame: Frame, boxes: readonly TrackBox[]): Promise<AnonymizedFrame>;
  /** Covers the whole picture, for frames whose faces are not known. */
  curtain(frame: Frame): AnonymizedFrame;
  close(): Promise<void>;
}

export interface AnonymizerOptions {
  readonly style: Style;
  /** Cells across a head, for blur and mosaic: 2…8; more than 8 counts as 8. */
  readonly cells: number;
  readonly shape: Shape;
  /** Extra margin around the head, as a share of its size. */
  readonly padding: number;
  /** Colour of solid, `#rrggbb`. */
  readonly color: string;
  readonly anonymizer: 'auto' | 'cpu' | 'webgpu';
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  /** Whether YUV samples have full range. Default false. */
  readonly fullRange?: boolean | undefined;
  /** ffmpeg's name of the transfer characteristics, which identifies HDR. Default: not HDR. */
  readonly transfer?: string | null | undefined;
  readonly logger: Logger;
  /** Draw track numbers over covers. Default false. */
  readonly labels?: boolean | undefined;
  /** Seed of the noise. It must not be derivable from the output. By default each run has a random one. */
  readonly seed?: string | undefined;
}

/** Luma of a curtain, 0…255: dark, but visibly no black gap in the film. */
const CURTAIN_LUMA = 48;

/**
 * An anonymizer for frames of one size and format.
 *
 * @throws VeilError GPU_UNAVAILABLE if the options ask for `webgpu` and it does not work here
 */
export async function createAnonymizer(options: AnonymizerOptions): Promise<Anonymizer> {
  const painter = await choosePainter(options);
  options.logger.debug(`Anonymizer: ${painter.description}.`);
  return new CellAnonymizer(options, painter);
}

class CellAnonymizer implements Anonymizer {
  readonly description: string;
  readonly #options: AnonymizerOptions;
  readonly #painter: Painter;
  readonly #range: SampleRange;
  readonly #cells: HeldCells;

  constructor(options: AnonymizerOptions, painter: Painter) {
    const { format, fullRange = false, transfer, height, cells, seed } = options;
    this.description = painter.description;
    this.#options = options;
    this.#painter = painter;
    this.#range = { format, fullRange, transfer, height };
    this.#cells = new HeldCells(cells, this.#range, seed);
  }

  async anonymize(frame: Frame, boxes: readonly TrackBox[]): Promise<AnonymizedFrame> {
    this.#check(frame);
    const { style } = this.#options;
    const heads = regionsOf(boxes, this.#options, frame.width, frame.height);
    if (heads.length > 0) {
      const covers = style === 'solid' ? this.#solid(heads) : await this.#reduced(frame, heads);
      await this.#painter.draw(frame, covers, style === 'blur' ? 'smooth' : 'flat');
    }
    if (this.#options.labels === true) drawLabels(frame, boxes, this.#range);
    return frame as AnonymizedFrame;
  }

  curtain(frame: Frame): AnonymizedFrame {
    this.#check(frame);
    const samples = toSamples([CURTAIN_LUMA, 0, 0], this.#range);
    const data = samplesOf(frame);
    planesOf(frame.format, frame.width, frame.height).forEach(({ offset, width, height }, index) => {
      data.fill(samples[index]!, offset, offset + width * height);
    });
    return frame as AnonymizedFrame;
  }

  close(): Promise<void> {
    return this.#painter.close();
  }

  /** Computes all averages from the original frame, before anything is drawn. */
  async #reduced(frame: Frame, heads: readonly Region[]): Promise<Cover[]> {
    const due = this.#cells.due(frame, heads);
    if (due.length > 0) {
      const averages = await this.#painter.averages(
        frame,
        due.map(({ rects }) => rects),
      );
      due.forEach((sampling, i) => {
        this.#cells.take(frame, sampling, averages[i]!);
      });
    }
    return this.#cells.covers(frame, heads);
  }

  #solid(heads: readonly Region[]): Cover[] {
    const values = Float32Array.from(samplesOfHex(this.#options.color, this.#range));
    return heads.map((head) => ({ head, across: 1, values }));
  }

  #check(frame: Frame): void {
    const { format, width, height } = this.#options;
    const fits = frame.format === format && frame.width === width && frame.height === height;
    if (!fits || frame.data.length !== frameBytes(format, width, height)) {
      throw new VeilError('INTERNAL', `Frame ${frame.index} is not ${width}×${height} ${format}.`, {
        hint: 'Its faces were not covered, so it was not let out.',
      });
    }
  }
}
