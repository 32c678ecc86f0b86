import type { CaseResult } from './run-case.ts';

/** The median ratio of the pairs, or null if a figure is missing. */
export function ratioOf({ pairs }: CaseResult, figure: 'wall' | 'cpu'): number | null {
  const ratios = pairs
    .map(({ plain, veil }) => (veil[figure] ?? NaN) / (plain[figure] ?? NaN))
    .sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)]!;
  return Number.isNaN(middle) ? null : middle;
}

/** All results as a Markdown table, then where the time went. */
export function markdownOf(results: readonly CaseResult[]): string {
  const head = [
    'case',
    'wall ÷ plain',
    'CPU ÷ plain',
    'CPU s, plain → Veil',
    'first frame, s',
    'frames that wait',
    'MB moved a frame',
    'peak MB, own / all',
  ];
  const rows = results.map((result) => {
    const { plain, veil } = result.pairs.at(-1)!;
    return [
      result.name,
      text(ratioOf(result, 'wall'), 2),
      text(ratioOf(result, 'cpu'), 2),
      `${text(plain.cpu, 1)} → ${text(veil.cpu, 1)}`,
      text(result.firstFrame, 2),
      String(result.framesWaiting),
      text(veil.moved === null ? null : veil.moved / result.frames / 1e6, 1),
      `${text(veil.ownPeak, 0)} / ${text(veil.allPeak, 0)}`,
    ];
  });
  return [row(head), row(head.map(() => '---')), ...rows.map(row), '', ...results.map(partsOf), ''].join(
    '\n',
  );
}

function partsOf({ name, stages, programs }: CaseResult): string {
  const list = (parts: Readonly<Record<string, number>>): string =>
    Object.entries(parts)
      .sort(([, a], [, b]) => b - a)
      .map(([part, seconds]) => `${part} ${seconds.toFixed(2)}`)
      .join(', ');
  return `- ${name}: wall seconds in stages: ${list(stages)}; CPU seconds of programs: ${list(programs)}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function text(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
