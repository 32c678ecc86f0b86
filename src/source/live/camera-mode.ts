/** A mode of a camera. */
export interface CameraMode {
  /** Value for ffmpeg's `-input_format`, such as `mjpeg`. */
  readonly format: string;
  readonly isCompressed: boolean;
  readonly width: number;
  readonly height: number;
  /** Frame rate; null if the listing has none. */
  readonly rate: number | null;
}

/** The mode that the user asks for; if the camera lacks it, the nearest one replaces it. */
export interface WantedMode {
  readonly width: number;
  readonly height: number;
  readonly rate: number;
}

/** USB 2 bandwidth for raw pictures, bytes per second. */
const RAW_LIMIT = 24_000_000;

/** Bytes per pixel of raw formats; others count as expensive. */
const RAW_BYTES: Readonly<Record<string, number>> = {
  yuyv422: 2,
  uyvy422: 2,
  nv12: 1.5,
  yuv420p: 1.5,
  gray: 1,
};

/** FourCC codes of `v4l2-ctl`, as ffmpeg names them. */
const FOURCC: Readonly<Record<string, string>> = {
  MJPG: 'mjpeg',
  JPEG: 'mjpeg',
  H264: 'h264',
  YUYV: 'yuyv422',
  UYVY: 'uyvy422',
  NV12: 'nv12',
  YU12: 'yuv420p',
  GREY: 'gray',
};

/**
 * Parses the output of `ffmpeg -f v4l2 -list_formats all -i /dev/videoN`, which has no frame rates.
 *
 * @param wanted selects the nearest size from a range, which many capture cards offer
 */
export function modesOfFfmpeg(text: string, wanted: WantedMode): CameraMode[] {
  return [...text.matchAll(/\] (Raw|Compressed)\s*:\s*(\w+) :.*? : ([\d x{},-]*)$/gm)]
    .filter(([, , format]) => format !== 'Unsupported')
    .flatMap(([, kind, format, listed]) => {
      // {32-4096, 2}x{32-2160, 2}: minimum, maximum and step of each side.
      const range = /^\{(\d+)-(\d+), (\d+)\}x\{(\d+)-(\d+), (\d+)\}/.exec(listed!);
      const sizes =
        range === null
          ? [...listed!.matchAll(/(\d+)x(\d+)/g)].map(([, ...size]) => size.map(Number))
          : [sizeWithin(range.slice(1).map(Number), wanted)];
      return sizes.map(([width, height]) => ({
        format: format!,
        isCompressed: kind === 'Compressed',
        width: width!,
        height: height!,
        rate: null,
      }));
    });
}

/** @param range minimum, maximum and step of the width, then of the height */
function sizeWithin(range: readonly number[], { width, height }: WantedMode): [number, number] {
  const [minWidth, maxWidth, stepX, minHeight, maxHeight, stepY] = range as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const within = (wanted: number, least: number, most: number, step: number): number =>
    Math.min(most, Math.max(least, least + Math.round((wanted - least) / step) * step));
  return [within(width, minWidth, maxWidth, stepX), within(height, minHeight, maxHeight, stepY)];
}

/** Parses the output of `v4l2-ctl --list-formats-ext`, one mode per frame rate; sizes as {@link modesOfFfmpeg}. */
export function modesOfV4l2Ctl(text: string, wanted: WantedMode): CameraMode[] {
  const modes: CameraMode[] = [];
  let format: string | undefined;
  let size: { width: number; height: number } | null = null;
  for (const line of text.split('\n')) {
    const code = /^\s*\[\d+\]: '(.{4})'/.exec(line)?.[1];
    if (code !== undefined) [format, size] = [FOURCC[code], null];
    const found = /Size: Discrete (\d+)x(\d+)/.exec(line);
    if (found !== null) size = { width: Number(found[1]), height: Number(found[2]) };
    const range = /Size: (?:Stepwise|Continuous) (\d+)x(\d+) - (\d+)x(\d+)(?: with step (\d+)\/(\d+))?/.exec(
      line,
    );
    if (range !== null) {
      const [minWidth, minHeight, maxWidth, maxHeight] = range.slice(1, 5).map(Number);
      const [stepX, stepY] = [Number(range[5] ?? 1), Number(range[6] ?? 1)];
      const [width, height] = sizeWithin(
        [minWidth!, maxWidth!, stepX, minHeight!, maxHeight!, stepY],
        wanted,
      );
      size = { width, height };
      // Devices with size ranges seldom list frame rates.
      if (format !== undefined) modes.push(modeOf(format, size, null));
    }
    const rate = /\((\d+(?:\.\d+)?) fps\)/.exec(line)?.[1];
    if (rate === undefined || format === undefined || size === null) continue;
    modes.push(modeOf(format, size, Number(rate)));
  }
  return modes;
}

function modeOf(
  format: string,
  size: { readonly width: number; readonly height: number },
  rate: number | null,
): CameraMode {
  return { format, isCompressed: RAW_BYTES[format] === undefined, ...size, rate };
}

/**
 * The mode nearest to the wanted one: size first, then rate, then the cheapest to decode. Raw if the cable can carry it
 * at that rate, else MJPEG: H.264 from cameras is late and often broken. Null if there is none.
 */
export function chooseMode(modes: readonly CameraMode[], wanted: WantedMode): CameraMode | null {
  const cost = (mode: CameraMode): number => {
    const pixels = mode.width * mode.height;
    const off = Math.abs(Math.log(pixels / (wanted.width * wanted.height)));
    const slow = mode.rate === null ? 0 : Math.max(0, 1 - mode.rate / wanted.rate);
    const fast = mode.rate === null ? 0 : Math.max(0, mode.rate / wanted.rate - 1);
    // Half the frame rate is worse than half the size.
    return 4 * off + 8 * slow + fast + formatCost(mode, wanted.rate);
  };
  const [best] = [...modes].sort((a, b) => cost(a) - cost(b));
  return best ?? null;
}

function formatCost({ format, isCompressed, width, height, rate }: CameraMode, wantedRate: number): number {
  if (isCompressed) return format === 'mjpeg' ? 0.2 : 1.5;
  const bytes = width * height * (RAW_BYTES[format] ?? 4) * (rate ?? wantedRate);
  return bytes <= RAW_LIMIT ? 0 : 1;
}
