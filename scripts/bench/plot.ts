import type { CaseResult } from './run-case.ts';

const SIZE = { width: 640, height: 360, left: 60, bottom: 45, top: 30, right: 150 };
const COLORS = ['#2a78d6', '#1baf7a', '#eda100', '#e34948', '#4a3aa7', '#898781'];

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The cost of covering beyond the plain transcode, in CPU milliseconds a frame, against the number of faces. */
export function plotOf(results: readonly CaseResult[]): string {
  const lines = linesOf(results);
  const points = [...lines.values()].flat();
  const mostX = Math.max(1, ...points.map(({ x }) => x));
  const mostY = Math.max(1, ...points.map(({ y }) => y));
  const { width, height, left, right, top, bottom } = SIZE;
  const place = ({ x, y }: Point): string => {
    const across = left + (x / mostX) * (width - left - right);
    const down = height - bottom - (Math.max(0, y) / mostY) * (height - bottom - top);
    return `${across.toFixed(1)},${down.toFixed(1)}`;
  };
  const drawn = [...lines].map(([name, line], index) => {
    const color = COLORS[index % COLORS.length]!;
    const label = `<text x="${width - right + 12}" y="${top + 18 * index + 10}" fill="${color}">${name}</text>`;
    return `<polyline points="${line.map(place).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#888"/>`,
    `<text x="${left}" y="${top - 10}">CPU ms a frame beyond a plain transcode</text>`,
    `<text x="${width - right - 30}" y="${height - 12}">faces</text>`,
    `<text x="${left - 8}" y="${top + 6}" text-anchor="end">${mostY.toFixed(0)}</text>`,
    `<text x="${left - 8}" y="${height - bottom}" text-anchor="end">0</text>`,
    `<text x="${width - right}" y="${height - bottom + 16}" text-anchor="middle">${mostX}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** One line for each picture size and preset, of the cases with drawn faces. */
function linesOf(results: readonly CaseResult[]): Map<string, Point[]> {
  const lines = new Map<string, Point[]>();
  for (const { name, faces, frames, pairs } of results) {
    const costs = pairs
      .map(({ plain, veil }) => (veil.cpu ?? NaN) - (plain.cpu ?? NaN))
      .sort((a, b) => a - b);
    const cost = costs[Math.floor(costs.length / 2)]!;
    if (faces === null || Number.isNaN(cost)) continue;
    const line = name.replace(` render ${faces} `, ' ');
    lines.set(line, [...(lines.get(line) ?? []), { x: faces, y: (1000 * cost) / frames }]);
  }
  for (const line of lines.values()) line.sort((a, b) => a.x - b.x);
  return lines;
}
