import type { Box } from '../frame/box.ts';

const ROWS = ['upper', '', 'lower'] as const;
const COLUMNS = ['left', '', 'right'] as const;

/** A place in the picture in words, with the height of its face: `upper left, about 40 px`. */
export function placeText(
  { x, y, width, height }: Box,
  picture: { readonly width: number; readonly height: number },
): string {
  const column = COLUMNS[third(x + width / 2, picture.width)]!;
  const row = ROWS[third(y + height / 2, picture.height)]!;
  return `${nameOf(row, column)}, about ${rounded(height)} px`;
}

function third(place: number, size: number): number {
  return Math.min(2, Math.max(0, Math.floor((3 * place) / size)));
}

function nameOf(row: string, column: string): string {
  if (row === '' && column === '') return 'centre';
  if (row === '') return column;
  return column === '' ? `${row} centre` : `${row} ${column}`;
}

/** From 20 pixels on in steps of five: face sizes are not more accurate. */
function rounded(height: number): number {
  return height < 20 ? Math.max(1, Math.round(height)) : 5 * Math.round(height / 5);
}
