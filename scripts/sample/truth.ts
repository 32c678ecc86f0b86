import type { Truth } from '../../src/eval/truth.ts';
import { area, intersectionArea, type Box } from '../../src/frame/box.ts';
import { FILM, type Moment, type PictureName } from './film.ts';
import { faceInFilm, pictureToFilm } from './geometry.ts';

/** Below this light a face is as good as black. */
const DARKEST = 0.15;

/**
 * Where every visible face of the film is: at least half of its box inside, and not lost in the dark. A face keeps
 * its number through one shot.
 */
export function truthOf(moments: Iterable<Moment>, facesOf: (picture: PictureName) => readonly Box[]): Truth {
  const { width, height } = FILM;
  const tracks = new Map<string, Truth['tracks'][number]>();
  let frame = 0;
  for (const { shot, picture, view, light } of moments) {
    const map = pictureToFilm(view, width, height);
    for (const [face, drawn] of facesOf(picture).entries()) {
      const box = faceInFilm(drawn, map);
      if (light < DARKEST || intersectionArea(box, { x: 0, y: 0, width, height }) < area(box) / 2) continue;
      const key = `${shot}/${face}`;
      const track = tracks.get(key) ?? { id: tracks.size + 1, boxes: [] };
      tracks.set(key, track);
      track.boxes.push([frame, tenth(box.x), tenth(box.y), tenth(box.width), tenth(box.height)]);
    }
    frame += 1;
  }
  const columns: Truth['columns'] = ['frame', 'x', 'y', 'width', 'height'];
  return { format: 'truth/1', width, height, frames: frame, columns, tracks: [...tracks.values()] };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
