import { describe, expect, it } from 'vitest';
import { FILM, filmFrames, momentsOf, SHOTS, type Moment } from '../../scripts/sample/film.ts';
import { faceInFilm, inverse, pictureToFilm, viewBetween } from '../../scripts/sample/geometry.ts';
import type { FilmPicture } from '../../scripts/sample/pictures.ts';
import { FilmRenderer } from '../../scripts/sample/render.ts';
import { truthOf } from '../../scripts/sample/truth.ts';

const view = { x: 200, y: 100, scale: 2, angle: 0 };
const face = { x: 190, y: 80, width: 20, height: 40 };
const still = (changes: Partial<Moment>): Moment => ({ shot: 0, picture: 0, view, light: 1, ...changes });
const boxesOf = (moments: Moment[]): number[][] =>
  truthOf(moments, () => [face]).tracks.flatMap(({ boxes }) => boxes);

describe('the geometry of the sample', () => {
  it('puts the point that is looked at into the middle, and scales around it', () => {
    const map = pictureToFilm(view, 1280, 720);
    expect(faceInFilm(face, map)).toEqual({ x: 620, y: 320, width: 40, height: 80 });
  });

  it('turns clockwise: what was right of the middle comes below it, and a turned face lies on its side', () => {
    const map = pictureToFilm({ ...view, angle: Math.PI / 2 }, 1280, 720);
    const box = faceInFilm({ ...face, x: face.x + 50 }, map);
    expect(box.x).toBeCloseTo(600);
    expect(box.y).toBeCloseTo(440);
    expect(box.width).toBeCloseTo(80);
    expect(box.height).toBeCloseTo(40);
  });

  it('has a way back', () => {
    const map = pictureToFilm({ x: 31, y: 77, scale: 1.3, angle: 0.4 }, 1280, 720);
    const back = inverse(map);
    const [x, y] = [map.a * 5 + map.b * 9 + map.c, map.d * 5 + map.e * 9 + map.f];
    expect(back.a * x + back.b * y + back.c).toBeCloseTo(5);
    expect(back.d * x + back.e * y + back.f).toBeCloseTo(9);
  });

  it('moves from one view to the other, and zooms by factors', () => {
    const to = { x: 400, y: 100, scale: 8, angle: 1 };
    expect(viewBetween(view, to, 0)).toEqual(view);
    expect(viewBetween(view, to, 1)).toEqual(to);
    expect(viewBetween(view, to, 0.5)).toEqual({ x: 300, y: 100, scale: 4, angle: 0.5 });
  });
});

describe('the truth of the sample', () => {
  it('holds a face while at least half of it is in the picture', () => {
    // The face is 40 pixels wide in the film; its centre is at the film's right edge, and then one pixel beyond it.
    const atEdge = still({ view: { ...view, x: 200 - 320 } });
    const past = still({ view: { ...view, x: 200 - 320.5 } });
    expect(boxesOf([atEdge, past])).toEqual([[0, 1260, 320, 40, 80]]);
  });

  it('leaves out what is lost in the dark', () => {
    expect(boxesOf([still({ light: 0.1 }), still({ light: 0.2 })]).map(([frame]) => frame)).toEqual([1]);
  });

  it('gives a face a new number after a cut', () => {
    const { tracks } = truthOf([still({ shot: 0 }), still({ shot: 1 })], () => [face]);
    expect(tracks.map(({ id, boxes }) => [id, boxes.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});

describe('the film', () => {
  it('is some fifteen seconds of several shots, with a cut and fades', () => {
    const moments = [...momentsOf()];
    expect(moments).toHaveLength(filmFrames());
    expect(filmFrames() / FILM.rate).toBe(15);
    expect(new Set(moments.map(({ shot }) => shot)).size).toBe(SHOTS.length);
    expect(moments.filter(({ light }) => light === 0).length).toBeGreaterThan(0);
    const cut = SHOTS[0]!.frames;
    expect([moments[cut - 1]!.light, moments[cut]!.light]).toEqual([1, 1]);
  });

  it('shows a face exactly where the truth says that it is', () => {
    // A white ellipse on black represents the face; its bright area in the film must fill the box of the truth.
    const picture = drawnFace(400, 300);
    const moment = still({ view: { x: 180, y: 110, scale: 1.7, angle: 0.5 } });
    const luma = new FilmRenderer().draw(moment, picture).subarray(0, FILM.width * FILM.height);
    const { tracks } = truthOf([moment], () => [face]);
    const [, x, y, width, height] = tracks[0]!.boxes[0]!;
    const bright = [...luma.entries()].filter(([, level]) => level > 120).map(([at]) => at);
    const columns = bright.map((at) => at % FILM.width);
    const rows = bright.map((at) => Math.floor(at / FILM.width));
    const found = [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
    for (const [i, expected] of [x, y, x + width, y + height].entries()) {
      expect(Math.abs(found[i]! - expected)).toBeLessThan(1.5);
    }
  });
});

function drawnFace(width: number, height: number): FilmPicture {
  const luma = new Uint8Array(width * height).fill(16);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const inside = ((x + 0.5 - 200) / 10) ** 2 + ((y + 0.5 - 100) / 20) ** 2 <= 1;
      if (inside) luma[y * width + x] = 235;
    }
  }
  const chroma = new Uint8Array((width * height) / 4).fill(128);
  return { width, height, planes: [luma, chroma, chroma], faces: [face] };
}
