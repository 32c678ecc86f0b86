/** Kinds of files that Veil writes. */
export type FileKind = 'video' | 'image' | 'svg' | 'report' | 'tracks' | 'seal';

/** Signatures of each kind, as Latin-1. */
const BEGINNINGS: Readonly<Record<FileKind, RegExp>> = {
  // MP4 and MOV; Matroska and WebM.
  video: /^(?:[^]{4}(?:ftyp|moov|mdat|wide|free|skip)|\x1a\x45\xdf\xa3)/,
  // JPEG, PNG, WebP.
  image: /^(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF[^]{4}WEBP)/,
  svg: /^\s*<svg[\s>]/,
  report: /^\s*\{\s*"format"\s*:\s*"veil-report\//,
  seal: /^\s*\{\s*"format"\s*:\s*"veil-seal\//,
  tracks: /^\s*\{\s*"format"\s*:\s*"veil-tracks\//,
};

/**
 * Whether a file is of a kind, by its content: its name proves nothing.
 *
 * @param head its first bytes
 */
export function isOfKind(head: Buffer, kind: FileKind): boolean {
  return BEGINNINGS[kind].test(head.toString('latin1'));
}
