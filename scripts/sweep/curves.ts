/** One tuned number: the open faces and the needless covers of each of its values. */
export interface Curve {
  readonly detector: string;
  readonly name: string;
  readonly points: readonly { readonly value: number; readonly exposed: number; readonly away: number }[];
  /** The value in use, if it is one number. */
  readonly chosen: number | null;
}

const PANEL = { width: 260, height: 150, left: 40, right: 40, top: 26, bottom: 26 };
const EXPOSED = '#c62828';
const AWAY = '#1565c0';

/** A panel for each number, a row for each pair of detectors: exposed face-frames in red, left scale; covered away from faces in blue, right scale. */
export function curves(all: readonly Curve[]): string {
  const names = [...new Set(all.map(({ name }) => name))];
  const detectors = [...new Set(all.map(({ detector }) => detector))];
  const [width, height] = [PANEL.width * detectors.length, PANEL.height * names.length + 20];
  const panels = all.map((curve) => {
    const x = detectors.indexOf(curve.detector) * PANEL.width;
    const y = names.indexOf(curve.name) * PANEL.height + 20;
    return `<g transform="translate(${x} ${y})">${panel(curve)}</g>`;
  });
  const titles = detectors.map((name, index) =>
    text(index * PANEL.width + PANEL.width / 2, 14, name, 'middle', '#000'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="10">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...titles,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel({ name, points, chosen }: Curve): string {
  const { width, height, left, right, top, bottom } = PANEL;
  const most = Math.max(1, ...points.map(({ exposed }) => exposed));
  const mostAway = Math.max(0.01, ...points.map(({ away }) => away));
  // Values are spread evenly: what matters is where the curve bends.
  const x = (index: number): number =>
    left + ((width - left - right) * index) / Math.max(1, points.length - 1);
  const y = (share: number): number => height - bottom - (height - top - bottom) * share;
  const line = (shares: readonly number[], color: string): string =>
    `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${shares
      .map((share, index) => `${x(index).toFixed(1)},${y(share).toFixed(1)}`)
      .join(' ')}"/>`;
  const at = points.findIndex(({ value }) => value === chosen);
  return [
    text(left, 16, name, 'start', '#000'),
    `<path d="M${left} ${y(0)}H${width - right}" stroke="#999"/>`,
    at < 0 ? '' : `<path d="M${x(at).toFixed(1)} ${y(0)}V${y(1)}" stroke="#999" stroke-dasharray="3 3"/>`,
    line(
      points.map(({ exposed }) => exposed / most),
      EXPOSED,
    ),
    line(
      points.map(({ away }) => away / mostAway),
      AWAY,
    ),
    text(left - 4, y(1) + 4, String(most), 'end', EXPOSED),
    text(width - right + 4, y(1) + 4, `${(100 * mostAway).toFixed(0)} %`, 'start', AWAY),
    ...points.map(({ value }, index) => text(x(index), height - 12, String(value), 'middle', '#555')),
  ].join('');
}

function text(x: number, y: number, content: string, anchor: string, color: string): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${safe}</text>`;
}
