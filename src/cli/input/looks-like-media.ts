import { looksLikeVideo } from '../../source/file/video-content.ts';
import { pictureFormatOf } from '../../source/photo/picture-format.ts';
import { isMedia, unreadKindOf } from './media-kinds.ts';

/** Whether a file that was found is an input: by its name or, where that says nothing, by its content. */
export async function looksLikeMedia(path: string): Promise<boolean> {
  if (isMedia(path)) return true;
  const unread = unreadKindOf(path);
  // Loaded only now: it takes the time of its library.
  if (unread === 'HEIC') return (await import('../../source/photo/picture-support.ts')).READS_HEIC;
  return unread === null && ((await pictureFormatOf(path)) !== null || (await looksLikeVideo(path)));
}
