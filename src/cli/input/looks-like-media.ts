import { looksLikeVideo } from '../../source/file/video-content.ts';
import { pictureFormatOf } from '../../source/photo/picture-format.ts';
import { readsHeic } from '../../source/photo/picture-support.ts';
import { isMedia, unreadKindOf } from './media-kinds.ts';

/** Whether a file that was found is an input: by its name or, where that says nothing, by its content. */
export async function looksLikeMedia(path: string): Promise<boolean> {
  if (isMedia(path)) return true;
  const unread = unreadKindOf(path);
  if (unread === 'HEIC') return readsHeic();
  return unread === null && ((await pictureFormatOf(path)) !== null || (await looksLikeVideo(path)));
}
