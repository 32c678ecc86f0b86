import { viewBetween, type View } from './geometry.ts';

/** The size and speed of the sample. */
export const FILM = { width: 1280, height: 720, rate: 30 } as const;

/** A photo by its number in samples/faces.json, from 0, or all six side by side. */
export type PictureName = number | 'wall';

/** One take: a picture seen in motion, with the light going up at its start and down at its end. */
export interface Shot {
  readonly picture: PictureName;
  readonly frames: number;
  readonly from: View;
  readonly to: View;
  /** Frames that it takes from black to full light, and back. */
  readonly fadeIn?: number;
  readonly fadeOut?: number;
}

/** The content of one frame. */
export interface Moment {
  readonly shot: number;
  readonly picture: PictureName;
  readonly view: View;
  /** 0 (black) … 1. */
  readonly light: number;
}

const degrees = Math.PI / 180;

/** Views in pixels of photos 1280 wide; the wall is 1440×640. */
export const SHOTS: readonly Shot[] = [
  // Faces come in from the right edge.
  {
    picture: 2,
    frames: 90,
    from: { x: 120, y: 430, scale: 1.1, angle: 0 },
    to: { x: 960, y: 400, scale: 1.25, angle: 0 },
  },
  // A hard cut; the camera rolls.
  {
    picture: 5,
    frames: 90,
    from: { x: 560, y: 440, scale: 1.15, angle: -14 * degrees },
    to: { x: 700, y: 400, scale: 1.3, angle: 14 * degrees },
  },
  // Zooms in, then fades to black.
  {
    picture: 3,
    frames: 90,
    from: { x: 560, y: 420, scale: 0.75, angle: 0 },
    to: { x: 660, y: 240, scale: 1.7, angle: 3 * degrees },
    fadeOut: 20,
  },
  // A crowd of small faces.
  {
    picture: 'wall',
    frames: 105,
    from: { x: 720, y: 320, scale: 0.88, angle: 0 },
    to: { x: 800, y: 290, scale: 1.5, angle: -2 * degrees },
    fadeIn: 20,
  },
  // Faces leave at the left and come in from below.
  {
    picture: 4,
    frames: 75,
    from: { x: 760, y: 120, scale: 1.3, angle: 4 * degrees },
    to: { x: 660, y: 640, scale: 1, angle: 0 },
  },
];

/** Frames of the whole film. */
export function filmFrames(shots: readonly Shot[] = SHOTS): number {
  return shots.reduce((sum, { frames }) => sum + frames, 0);
}

/** The content of each frame of the film, in order. */
export function* momentsOf(shots: readonly Shot[] = SHOTS): Generator<Moment> {
  for (const [index, shot] of shots.entries()) {
    const { picture, frames, from, to, fadeIn = 0, fadeOut = 0 } = shot;
    for (let i = 0; i < frames; i += 1) {
      const light = Math.min(
        1,
        fadeIn === 0 ? 1 : i / fadeIn,
        fadeOut === 0 ? 1 : (frames - 1 - i) / fadeOut,
      );
      yield { shot: index, picture, view: viewBetween(from, to, i / (frames - 1)), light };
    }
  }
}
