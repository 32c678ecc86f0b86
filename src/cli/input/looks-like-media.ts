import { looksLikeVideo } from '../../source/file/video-content.ts';
import { pictureFormatOf } from '../../source/photo/picture-format.ts';
import { readsHeic } from '../../source/photo/picture-support.ts';
import { isMedia, unreadKindOf } from './media-kinds.ts';

/** Whether a file in a folder is an input: by its name, or by its content if the name does not tell. */
export async function looksLikeMedia(path: string): Promise<boolean> {
  if (isMedia(path)) return true;
  const unread = unreadKindOf(path);
  if (unread === 'HEIC') return readsHeic();
  return unread === null && ((await pictureFormatOf(path)) !== null || (await looksLikeVideo(path)));
}
