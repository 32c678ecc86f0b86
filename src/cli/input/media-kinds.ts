import { extname } from 'node:path';

/** Photos that Veil reads and writes. */
export const IMAGE_EXTENSIONS: readonly string[] = ['.jpg', '.jpeg', '.png', '.webp'];

/** Endings by which videos are found in folders; a file that is named is tried whatever it is called. */
const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    '3g2 3gp apng asf avi divx dv f4v flv gif insv lrv m2t m2ts m2v m4v mjpeg mkv mod mov mp4 mpe mpeg mpg mts ' +
    'mxf nut ogm ogv qt rm rmvb tod ts vob webm wmv y4m'
  )
    .split(' ')
    .map((extension) => `.${extension}`),
);

export function isImage(path: string): boolean {
  return IMAGE_EXTENSIONS.includes(extname(path).toLowerCase());
}

export function isMedia(path: string): boolean {
  return isImage(path) || VIDEO_EXTENSIONS.has(extname(path).toLowerCase());
}

/** Whether Veil itself gave a file this name. */
export function isOwnOutput(name: string): boolean {
  return /\.veil\.((report|tracks)\.)?[^.]+$/i.test(name);
}
