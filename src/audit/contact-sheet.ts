import sharp from 'sharp';
import type { Finding } from './findings.ts';

const TILE = 160;
const LABEL = 18;
const COLUMNS = 6;
/** More than these are not drawn: nobody looks through thousands. */
const MOST = 240;

/** A PNG with one labelled picture for each finding, made from the output. */
export async function contactSheet(findings: readonly Finding[]): Promise<Buffer> {
  const shown = findings.slice(0, MOST);
  const rows = Math.max(1, Math.ceil(shown.length / COLUMNS));
  const tiles = await Promise.all(
    shown.map(async ({ crop, from, score }, index) => {
      const left = (index % COLUMNS) * TILE;
      const top = Math.floor(index / COLUMNS) * (TILE + LABEL);
      const picture = await sharp(crop.data, { raw: { width: crop.width, height: crop.height, channels: 3 } })
        .resize(TILE - 4, TILE - 4, { fit: 'contain', background: '#ffffff' })
        .png()
        .toBuffer();
      return [
        { input: picture, left: left + 2, top: top + 2 },
        { input: Buffer.from(label(`${from.toFixed(2)} s  ${score.toFixed(2)}`)), left, top: top + TILE },
      ];
    }),
  );
  const size = { width: COLUMNS * TILE, height: rows * (TILE + LABEL) };
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(tiles.flat())
    .png()
    .toBuffer();
}

function label(text: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE}" height="${LABEL}"><text x="4" y="12" font-family="sans-serif" font-size="12">${text}</text></svg>`;
}
