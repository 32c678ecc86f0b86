import { beforeAll, describe, expect, it } from 'vitest';
import type { PictureName } from '../../scripts/sample/film.ts';
import { loadPictures, type FilmPicture } from '../../scripts/sample/pictures.ts';

describe('the pictures of the sample', () => {
  let pictures: Map<PictureName, FilmPicture>;
  beforeAll(async () => {
    pictures = await loadPictures();
  });

  it('are the six photos and a wall of them, with every face on it again', () => {
    expect([...pictures.keys()]).toEqual([0, 1, 2, 3, 4, 5, 'wall']);
    const counts = [...pictures.values()].map(({ faces }) => faces.length);
    expect(counts).toEqual([3, 3, 3, 4, 5, 4, 22]);
  });

  it('have their faces inside, and pixels for all of their size', () => {
    for (const { width, height, faces, planes } of pictures.values()) {
      expect(planes[0]).toHaveLength(width * height);
      expect(planes[1]).toHaveLength(Math.ceil(width / 2) * Math.ceil(height / 2));
      for (const { x, y, width: w, height: h } of faces) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + w).toBeLessThanOrEqual(width);
        expect(y + h).toBeLessThanOrEqual(height);
      }
    }
  });

  it('show on the wall, at a face, what the photo shows there', () => {
    const photo = pictures.get(5)!;
    const wall = pictures.get('wall')!;
    // The last face of the last photo is the last one on the wall.
    const there = meanLuma(photo, photo.faces.at(-1)!);
    expect(Math.abs(meanLuma(wall, wall.faces.at(-1)!) - there)).toBeLessThan(3);
    expect(Math.abs(meanLuma(wall, wall.faces[0]!) - there)).toBeGreaterThan(20);
  });

  it('have skin-coloured faces: red above blue', () => {
    for (const picture of pictures.values()) {
      for (const face of picture.faces) {
        const x = Math.floor((face.x + face.width / 2) / 2);
        const y = Math.floor((face.y + face.height / 2) / 2);
        const at = y * Math.ceil(picture.width / 2) + x;
        expect(picture.planes[2][at]!).toBeGreaterThan(picture.planes[1][at]!);
      }
    }
  });
});

function meanLuma({ width, planes }: FilmPicture, face: FilmPicture['faces'][number]): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.ceil(face.y); y < face.y + face.height - 1; y += 1) {
    for (let x = Math.ceil(face.x); x < face.x + face.width - 1; x += 1) {
      sum += planes[0][y * width + x]!;
      count += 1;
    }
  }
  return sum / count;
}
