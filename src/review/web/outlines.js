// Outlines over the picture: tracks, zones, doubts and the current drawing.
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */

/**
 * Draws the outlines of a frame.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {readonly number[][]} boxes of tracks: id, x, y, width, height
 * @param {{ scale: number, x: number, y: number }} placement of the picture on the canvas, device pixels
 */
export function drawOutlines(context, boxes, { scale, x: left, y: top }) {
  const { selected, tracks, doubt, zones, findings, frame, drawing } = now();
  const ratio = devicePixelRatio;
  /** @param {Box} box @param {string} color @param {{ isDashed?: boolean, isThick?: boolean, text?: string }} how */
  const outline = (box, color, { isDashed = false, isThick = false, text = '' }) => {
    const [x, y] = [left + box.x * scale, top + box.y * scale];
    context.setLineDash(isDashed ? [6 * ratio, 4 * ratio] : []);
    // A dark line below keeps a light one visible on a light picture.
    for (const [line, width] of /** @type {const} */ ([
      ['rgb(0 0 0 / 55%)', 2.5],
      [color, 0],
    ])) {
      context.strokeStyle = line;
      context.lineWidth = ((isThick ? 3 : 1.5) + width) * ratio;
      context.strokeRect(x, y, box.width * scale, box.height * scale);
    }
    if (text !== '') label(context, text, x, y, color);
  };
  for (const zone of zones) {
    if (frame < zone.firstFrame || frame > zone.lastFrame) continue;
    const text = { cover: 'always covered', ignore: 'never looked at', only: 'only this is visible' }[
      zone.kind
    ];
    outline(zone, '#f0b357', { isDashed: true, text });
  }
  for (const [id, x, y, width, height] of boxes) {
    const track = tracks.get(id);
    if (track === undefined) continue;
    const isSelected = selected.has(id);
    const color = { covered: '#3ecfa8', dismissed: '#b8c2bd', kept: '#f0b357' }[track.state];
    const isDoubted = doubt?.track === id;
    const text = isSelected || isDoubted ? `#${id}` : '';
    outline({ x, y, width, height }, isSelected ? '#ffffff' : color, {
      isDashed: track.state === 'dismissed',
      isThick: isSelected || isDoubted,
      text,
    });
  }
  for (const { box, firstFrame, lastFrame, isOpen } of findings) {
    if (isOpen && isNear(frame, { firstFrame, lastFrame })) {
      outline(box, '#ff7a70', { isThick: true, text: 'seen by the audit' });
    }
  }
  if (doubt?.kind === 'span' && doubt.track === null && doubt.box !== null && isNear(frame, doubt)) {
    outline(doubt.box, '#ffffff', { isThick: true, text: 'in doubt' });
  }
  if (drawing !== null) outline(drawing.box, '#ffe45c', { isThick: true, text: drawing.kind });
}

/** Whether a frame lies in a range, or within two frames of it. */
function isNear(/** @type {number} */ frame, /** @type {{ firstFrame: number, lastFrame: number }} */ range) {
  return frame >= range.firstFrame - 2 && frame <= range.lastFrame + 2;
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {string} color */
function label(context, text, x, y, color) {
  const size = 12 * devicePixelRatio;
  context.font = `600 ${size}px system-ui, sans-serif`;
  const width = context.measureText(text).width + size * 0.8;
  context.fillStyle = color;
  context.fillRect(x, y - size * 1.5, width, size * 1.5);
  context.fillStyle = '#0b100f';
  context.fillText(text, x + size * 0.4, y - size * 0.45);
}
