import type { LeakReport } from './leak-meter.ts';
import type { Truth } from './truth.ts';

const ROW = 14;
const WIDTH = 1000;
const LABEL = 90;

/** An SVG with one row per person: grey while present, red while exposed. */
export function timelineSvg(truth: Truth, { exposed, frames }: LeakReport): string {
  const total = Math.max(1, frames, truth.frames);
  const x = (frame: number): number => LABEL + (frame / total) * WIDTH;
  const bar = (y: number, [from, to]: readonly [number, number], color: string): string =>
    `<rect x="${x(from).toFixed(1)}" y="${y}" width="${Math.max(1, x(to + 1) - x(from)).toFixed(1)}" height="${ROW - 4}" fill="${color}"/>`;
  const rows = truth.tracks.map(({ id, boxes }, index) => {
    const y = index * ROW + 2;
    const there = runs(boxes.map(([frame]) => frame)).map((run) => bar(y, run, '#b8b8b8'));
    const red = runs(exposed.filter((face) => face.id === id).map(({ frame }) => frame));
    return [
      `<text x="${LABEL - 6}" y="${y + ROW - 5}" text-anchor="end">${escaped(String(id))}</text>`,
      ...there,
      ...red.map((run) => bar(y, run, '#d00000')),
    ].join('');
  });
  const height = truth.tracks.length * ROW + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABEL + WIDTH + 10} ${height}" font-family="sans-serif" font-size="10">`,
    `<title>${exposed.length} exposed faces in ${frames} frames</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

/** First and last frame of every run. */
function runs(frames: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const frame of [...frames].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && frame <= last[1] + 1) last[1] = frame;
    else found.push([frame, frame]);
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
