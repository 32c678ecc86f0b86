import sharp from 'sharp';
import type { Finding } from './findings.ts';

const TILE = 160;
const LABEL = 18;
const COLUMNS = 6;
/** Largest number of tiles, as many as a user can look through. */
export const MOST_TILES = 240;

/** A picture of a sheet, in any format that sharp reads, and its label. */
export interface Tile {
  readonly picture: Buffer;
  readonly label: string;
}

/** A PNG with one labelled picture for each finding, made from the output. */
export async function contactSheet(findings: readonly Finding[]): Promise<Buffer> {
  const tiles = findings.slice(0, MOST_TILES).map(async ({ crop, from, score }): Promise<Tile> => {
    const raw = { width: crop.width, height: crop.height, channels: 3 } as const;
    const picture = await sharp(crop.data, { raw }).png().toBuffer();
    return { picture, label: `${from.toFixed(2)} s  ${score.toFixed(2)}` };
  });
  return sheetOf(await Promise.all(tiles), 'The audit found nothing.');
}

/**
 * Makes a PNG of labelled pictures in rows.
 *
 * @param empty text for a sheet without pictures: a blank sheet looks like a fault
 */
export async function sheetOf(tiles: readonly Tile[], empty: string): Promise<Buffer> {
  const rows = Math.max(1, Math.ceil(tiles.length / COLUMNS));
  const placed = await Promise.all(
    tiles.map(async ({ picture, label }, index) => {
      const left = (index % COLUMNS) * TILE;
      const top = Math.floor(index / COLUMNS) * (TILE + LABEL);
      const fitted = await sharp(picture)
        .resize(TILE - 4, TILE - 4, { fit: 'contain', background: '#ffffff' })
        .png()
        .toBuffer();
      return [
        { input: fitted, left: left + 2, top: top + 2 },
        { input: Buffer.from(labelSvg(label)), left, top: top + TILE },
      ];
    }),
  );
  const size = { width: COLUMNS * TILE, height: rows * (TILE + LABEL) };
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(tiles.length > 0 ? placed.flat() : [{ input: Buffer.from(labelSvg(empty, size.width)) }])
    .png()
    .toBuffer();
}

function labelSvg(text: string, width: number = TILE): string {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${LABEL}"><text x="4" y="12" font-family="sans-serif" font-size="12">${escaped}</text></svg>`;
}
