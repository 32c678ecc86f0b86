import { brandsOf, headOf } from '../file-head.ts';

/** Signatures of Matroska and WebM, AVI, FLV, MPEG program streams, ASF. */
const BEGINNINGS =
  /^(?:\x1a\x45\xdf\xa3|RIFF[^]{4}AVI |FLV\x01|\0\0\x01\xba|\x30\x26\xb2\x75\x8e\x66\xcf\x11)/;

/** Brands of MP4 files with audio only. */
const SOUND: ReadonlySet<string> = new Set(['M4A ', 'M4B ', 'F4A ', 'F4B ']);

/** Whether a file is a video by its content, whatever its name. Formats without a unique signature return false. */
export async function looksLikeVideo(path: string): Promise<boolean> {
  const head = await headOf(path, 1024);
  if (head === null) return false;
  const [brand] = brandsOf(head);
  return brand === undefined ? BEGINNINGS.test(head.toString('latin1', 0, 64)) : !SOUND.has(brand);
}
