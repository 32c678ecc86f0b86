/** One of the ways a camera can deliver. */
export interface CameraMode {
  /** As ffmpeg's `-input_format` takes it, such as `mjpeg`. */
  readonly format: string;
  readonly isCompressed: boolean;
  readonly width: number;
  readonly height: number;
  /** Frames a second, or null where the listing does not say. */
  readonly rate: number | null;
}

/** What somebody wants of a camera; what it lacks is replaced by the nearest that it has. */
export interface WantedMode {
  readonly width: number;
  readonly height: number;
  readonly rate: number;
}

/** Bytes a second that USB 2 carries of raw pictures. */
const RAW_LIMIT = 24_000_000;

/** Raw formats with their bytes a pixel; others count as dear. */
const RAW_BYTES: Readonly<Record<string, number>> = {
  yuyv422: 2,
  uyvy422: 2,
  nv12: 1.5,
  yuv420p: 1.5,
  gray: 1,
};

/** FourCC codes of `v4l2-ctl` in ffmpeg's words. */
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
 * The modes in the output of `ffmpeg -f v4l2 -list_formats all -i /dev/videoN`, which tells no frame rates. Sizes
 * that are given as a range are left out.
 */
export function modesOfFfmpeg(text: string): CameraMode[] {
  return [...text.matchAll(/\] (Raw|Compressed)\s*:\s*(\w+) :.*? : ([\dx ]*)$/gm)]
    .filter(([, , format]) => format !== 'Unsupported')
    .flatMap(([, kind, format, sizes]) =>
      [...sizes!.matchAll(/(\d+)x(\d+)/g)].map(([, width, height]) => ({
        format: format!,
        isCompressed: kind === 'Compressed',
        width: Number(width),
        height: Number(height),
        rate: null,
      })),
    );
}

/** The modes in the output of `v4l2-ctl --list-formats-ext`, one for each frame rate. */
export function modesOfV4l2Ctl(text: string): CameraMode[] {
  const modes: CameraMode[] = [];
  let format: string | undefined;
  let size: { width: number; height: number } | null = null;
  for (const line of text.split('\n')) {
    const code = /^\s*\[\d+\]: '(.{4})'/.exec(line)?.[1];
    if (code !== undefined) [format, size] = [FOURCC[code], null];
    const found = /Size: Discrete (\d+)x(\d+)/.exec(line);
    if (found !== null) size = { width: Number(found[1]), height: Number(found[2]) };
    const rate = /\((\d+(?:\.\d+)?) fps\)/.exec(line)?.[1];
    if (rate === undefined || format === undefined || size === null) continue;
    modes.push({ format, isCompressed: RAW_BYTES[format] === undefined, ...size, rate: Number(rate) });
  }
  return modes;
}

/**
 * The mode that is nearest to what is wanted: size first, then rate, then the cheapest to decode. Raw where the cable
 * carries it at that rate, else MJPEG: H.264 of cameras comes late and broken. Null where there is none.
 */
export function chooseMode(modes: readonly CameraMode[], wanted: WantedMode): CameraMode | null {
  const cost = (mode: CameraMode): number => {
    const pixels = mode.width * mode.height;
    const off = Math.abs(Math.log(pixels / (wanted.width * wanted.height)));
    const slow = mode.rate === null ? 0 : Math.max(0, 1 - mode.rate / wanted.rate);
    const fast = mode.rate === null ? 0 : Math.max(0, mode.rate / wanted.rate - 1);
    // A picture at half the rate is worse than one of half the size.
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
