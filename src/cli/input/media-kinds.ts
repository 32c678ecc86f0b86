import { extname } from 'node:path';

/** Extensions of photos that Veil writes. */
export const IMAGE_EXTENSIONS: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

/** Extensions of videos and photos in folders; a named file is tried whatever its extension. */
const MEDIA_EXTENSIONS: ReadonlySet<string> = endings(
  '264 265 3g2 3gp amv apng asf avi divx dv f4v flv gif h264 h265 hevc insv ivf lrv m1v m2t m2ts m2v m4v mjpeg mkv mod ' +
    'mov mp2v mp4 mpe mpeg mpg mpv mts mxf nsv nut ogm ogv ogx qt rm rmvb tod trp ts vob webm wmv wtv y4m ' +
    'jpg jpeg jpe jfif png webp tif tiff avif',
);

/** Pictures that Veil can't read, by their common names. */
const UNREAD: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['HEIC', endings('heic heif hif')],
  ['raw', endings('dng cr2 cr3 crw nef nrw arw srf sr2 orf rw2 raf pef srw rwl x3f')],
  ['JPEG XL', endings('jxl')],
  ['JPEG 2000', endings('jp2 j2k jpf jpx')],
  ['BMP', endings('bmp dib')],
  ['Netpbm', endings('pbm pgm ppm pnm')],
  ['Targa', endings('tga')],
  ['QOI', endings('qoi')],
  ['Photoshop', endings('psd psb')],
  ['SVG', endings('svg svgz')],
]);

function endings(names: string): ReadonlySet<string> {
  return new Set(names.split(' ').map((name) => `.${name}`));
}

/** Whether a file of this name is written as a photo. */
export function isImage(path: string): boolean {
  return IMAGE_EXTENSIONS.includes(extname(path).toLowerCase());
}

export function isMedia(path: string): boolean {
  return MEDIA_EXTENSIONS.has(extname(path).toLowerCase());
}

/** Common name of the kind of picture that Veil can't read; null for all other files. */
export function unreadKindOf(path: string): string | null {
  const extension = extname(path).toLowerCase();
  return [...UNREAD].find(([, extensions]) => extensions.has(extension))?.[0] ?? null;
}

/** Whether Veil itself creates names like this. */
export function isOwnOutput(name: string): boolean {
  return /\.veil\.((report|tracks|sheet|labels)\.)?[^.]+$/i.test(name);
}
