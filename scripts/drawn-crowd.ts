import type { Box } from '../src/frame/box.ts';

/** A drawn scene and its face boxes; it shows no real person. */
export interface DrawnCrowd {
  readonly svg: string;
  readonly faces: readonly Box[];
}

const SKIN = ['#f2c9a5', '#8d5a3b', '#d9a066', '#5b3a29', '#e8b48c', '#a9714b', '#f6d7bd', '#6f4630'];
const HAIR = ['#3b2a20', '#141210', '#7a4a21', '#1f1a17', '#b98a4a', '#2b2b33', '#8a8078', '#221712'];
const CLOTHES = ['#3d6b8e', '#a6423a', '#4f7d4c', '#6a4c86', '#c08a2e', '#2f4858', '#8c5a6b', '#55606e'];

/**
 * Draws people in two rows before a wall with a poster.
 *
 * @param width pixels, as height
 * @param phase 0…1, where in their walk they are; 1 is 0 again
 */
export function drawCrowd(width: number, height: number, phase = 0): DrawnCrowd {
  const faces: Box[] = [];
  const people: string[] = [];
  const rows = [
    { count: 5, y: 0.44, size: 0.115 },
    { count: 4, y: 0.62, size: 0.17 },
  ];
  let who = 0;
  for (const { count, y, size } of rows) {
    for (let i = 0; i < count; i += 1) {
      const turn = 2 * Math.PI * (phase + who * 0.13);
      const sway = (Math.sin(turn) - Math.sin(2 * Math.PI * who * 0.13)) * size * 0.35;
      const x = ((i + 0.5) / count + sway) * width + (((who * 37) % 11) - 5) * width * 0.006;
      const faceHeight = size * height * (1 + (((who * 13) % 5) - 2) * 0.04);
      const faceWidth = faceHeight * 0.74;
      const step = Math.abs(Math.sin(4 * Math.PI * phase)) * size * 0.08;
      const top = (y - step) * height + (((who * 29) % 7) - 3) * height * 0.012;
      faces.push({ x: x - faceWidth / 2, y: top, width: faceWidth, height: faceHeight });
      people.push(person(x, top, faceWidth, faceHeight, height, who));
      who += 1;
    }
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="wall" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#cfd6dc"/><stop offset="1" stop-color="#9aa5ae"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#wall)"/>
    ${bricks(width, height)}
    <g transform="rotate(-2 ${width * 0.5} ${height * 0.2})">
      <rect x="${width * 0.22}" y="${height * 0.08}" width="${width * 0.56}" height="${height * 0.2}" fill="#fbfaf5" stroke="#4a4f55" stroke-width="2"/>
      <text x="${width * 0.5}" y="${height * 0.215}" font-family="DejaVu Sans, Arial, sans-serif" font-weight="bold" font-size="${height * 0.1}" text-anchor="middle" fill="#b3261e">OUR STREETS</text>
    </g>
    ${people.join('\n')}
  </svg>`;
  return { svg, faces };
}

function bricks(width: number, height: number): string {
  const lines: string[] = [];
  const step = height / 14;
  for (let row = 0; row * step < height; row += 1) {
    lines.push(`M0 ${row * step}H${width}`);
    for (let x = (row % 2) * step; x < width; x += step * 2) lines.push(`M${x} ${row * step}v${step}`);
  }
  return `<path d="${lines.join('')}" stroke="#7d8a95" stroke-opacity="0.35" stroke-width="1.5" fill="none"/>`;
}

function person(x: number, top: number, w: number, h: number, pictureHeight: number, who: number): string {
  const skin = SKIN[who % SKIN.length]!;
  const hair = HAIR[(who * 3) % HAIR.length]!;
  const cy = top + h / 2;
  const eye = (side: number): string =>
    `<ellipse cx="${x + side * w * 0.2}" cy="${cy - h * 0.06}" rx="${w * 0.085}" ry="${h * 0.035}" fill="#fff"/>
     <circle cx="${x + side * w * 0.2}" cy="${cy - h * 0.06}" r="${w * 0.042}" fill="#2a1d14"/>
     <path d="M${x + side * w * 0.32} ${cy - h * 0.13}q${-side * w * 0.12} ${-h * 0.05} ${-side * w * 0.24} 0" stroke="${hair}" stroke-width="${w * 0.045}" fill="none"/>`;
  return `<g>
    <path d="M${x - w * 1.25} ${pictureHeight}C${x - w * 1.25} ${top + h * 1.5} ${x - w * 0.6} ${top + h * 1.28} ${x} ${top + h * 1.28}S${x + w * 1.25} ${top + h * 1.5} ${x + w * 1.25} ${pictureHeight}Z" fill="${CLOTHES[who % CLOTHES.length]!}"/>
    <rect x="${x - w * 0.22}" y="${top + h * 0.8}" width="${w * 0.44}" height="${h * 0.55}" fill="${skin}"/>
    <ellipse cx="${x}" cy="${cy - h * 0.14}" rx="${w * 0.62}" ry="${h * 0.58}" fill="${hair}"/>
    <ellipse cx="${x}" cy="${cy}" rx="${w * 0.5}" ry="${h * 0.53}" fill="${skin}"/>
    <path d="M${x - w * 0.5} ${cy - h * 0.1}Q${x} ${top - h * 0.25} ${x + w * 0.5} ${cy - h * 0.1}Q${x} ${top + h * 0.12} ${x - w * 0.5} ${cy - h * 0.1}Z" fill="${hair}"/>
    ${eye(-1)}${eye(1)}
    <path d="M${x} ${cy - h * 0.04}l${-w * 0.06} ${h * 0.17}h${w * 0.1}" stroke="#00000055" stroke-width="${w * 0.03}" fill="none"/>
    <path d="M${x - w * 0.16} ${cy + h * 0.26}Q${x} ${cy + h * (who % 2 === 0 ? 0.35 : 0.29)} ${x + w * 0.16} ${cy + h * 0.26}" stroke="#8c3b34" stroke-width="${w * 0.05}" fill="none"/>
  </g>`;
}
