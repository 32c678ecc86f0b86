import sharp, { type Sharp } from 'sharp';
import { DECODE_LIMIT, MEMORY_LIMIT, type PhotoHeader } from './photo-header.ts';

/**
 * The process that decodes a photo: untrusted input is parsed where it can be killed. It writes a line of JSON (a
 * {@link PhotoHeader}), then the pixels: upright, sRGB, 3 bytes each.
 */
const [path = ''] = process.argv.slice(2);

/** Sample formats of libvips. */
const BITS: Readonly<Record<string, number>> = {
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
};

/** What decoders warn of in whole photos: many of Samsung's phones write this. */
const HARMLESS = /Invalid SOS parameters/;

sharp.cache(false);
setInterval(() => {
  if (process.memoryUsage.rss() > MEMORY_LIMIT) process.exit(1);
}, 100).unref();

try {
  const { autoOrient, pages = 1, subifds = 0, hasAlpha, depth, bitsPerSample } = await open().metadata();
  const { width, height } = autoOrient;
  const header = {
    width,
    height,
    pages: pages + subifds,
    hasAlpha,
    bits: bitsPerSample ?? BITS[depth] ?? 8,
  };
  const isFit = header.pages === 1 && width * height <= DECODE_LIMIT;
  let isDamaged = false;
  const pixels = !isFit
    ? Buffer.alloc(0)
    : await decode('warning').catch((reason: unknown) => {
        isDamaged = !HARMLESS.test(String(reason));
        return decode('error');
      });
  tell({ ...header, isDamaged, bytes: pixels.length, error: null });
  process.stdout.write(pixels);
} catch (error) {
  tell({
    width: 0,
    height: 0,
    pages: 0,
    hasAlpha: false,
    bits: 8,
    isDamaged: false,
    bytes: 0,
    error: String(error).slice(0, 500),
  });
}

/** @param failOn what ends the decoding: decoders warn of what they could make up for */
function open(failOn: 'warning' | 'error' = 'error'): Sharp {
  return sharp(path, { limitInputPixels: DECODE_LIMIT, failOn });
}

function decode(failOn: 'warning' | 'error'): Promise<Buffer> {
  return upright(open(failOn)).raw().toBuffer();
}

/** Orientation applied, 8 bits, sRGB, transparent parts on white. */
function upright(image: Sharp): Sharp {
  return image.autoOrient().toColourspace('srgb').flatten({ background: '#ffffff' }).removeAlpha();
}

function tell(header: PhotoHeader): void {
  process.stdout.write(`${JSON.stringify(header)}\n`);
}
