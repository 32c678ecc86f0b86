// Painting of the timeline.
import { clock, frameAt, rateNow, timeOf } from './model.js';
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Person} Person */
/** @typedef {import('./types.d.ts').Doubt} Doubt */

/** Layout, pixels: names, times, sound, the lane of all doubts, then rows. */
export const GUTTER = 92;
export const RULER = 20;
const SOUND = 30;
const LANE = 14;
export const TOP = RULER + SOUND + LANE + 4;
export const ROW = 20;

/** Intervals to choose from for the ruler, seconds. */
const STEPS = [0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];
const LABEL = 78;
/** The server measures the sound at this rate. */
const PEAKS_PER_SECOND = 50;

/**
 * @typedef {object} Painting
 * @property {number} width
 * @property {number} height
 * @property {number} scrollTop
 * @property {readonly Person[]} rows
 * @property {{ first: number, count: number }} view
 * @property {{ x: number, y: number, toX: number, toY: number } | null} band
 * @property {readonly Doubt[]} doubts
 */

/**
 * Draws the visible part of the timeline.
 *
 * @param {HTMLCanvasElement} surface
 * @param {Painting} painting
 */
export function paintTimeline(surface, painting) {
  const { width, height, view } = painting;
  const ratio = devicePixelRatio;
  if (surface.width !== width * ratio || surface.height !== height * ratio) {
    surface.width = width * ratio;
    surface.height = height * ratio;
    surface.style.width = `${width}px`;
    surface.style.height = `${height}px`;
    // The canvas stays in view without taking up space, so the element below it sets the scroll height.
    surface.style.marginBottom = `-${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (surface.getContext('2d'));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const across = (width - GUTTER) / view.count;
  const tones = tonesOf(surface);
  /** @type {Brush} */
  const brush = {
    context,
    tones,
    ...painting,
    x: (frame) => GUTTER + (frame - view.first) * across,
    bar: (first, last, top, tall, color) => {
      const left = Math.max(GUTTER, GUTTER + (first - view.first) * across);
      const right = Math.min(width, GUTTER + (last + 1 - view.first) * across);
      if (right < GUTTER || left > width) return;
      context.fillStyle = color;
      context.fillRect(left, top, Math.max(2, right - left), tall);
    },
  };
  paintRows(brush);
  context.fillStyle = tones.card;
  context.fillRect(0, 0, width, TOP);
  paintRuler(brush);
  paintSound(brush);
  paintLane(brush);
  paintPlayhead(brush);
}

/**
 * @typedef {Painting & {
 *   context: CanvasRenderingContext2D,
 *   tones: Record<string, string>,
 *   x: (frame: number) => number,
 *   bar: (first: number, last: number, top: number, tall: number, color: string) => void,
 * }} Brush
 */

/** @param {Brush} brush */
function paintRows({ context, tones, rows, width, height, scrollTop, bar, x }) {
  const { cuts, selected, spans, doubt, wholes } = now();
  const first = Math.max(0, Math.floor(scrollTop / ROW));
  const last = Math.min(rows.length, Math.ceil((scrollTop + height - TOP) / ROW));
  /** @type {Map<number, import('./types.d.ts').SpanSummary[]>} */
  const doubts = new Map();
  const seen = new Set(rows.slice(first, last).flatMap(({ tracks }) => tracks.map(({ id }) => id)));
  for (const span of spans.values()) {
    if (seen.has(span.trackId)) doubts.set(span.trackId, [...(doubts.get(span.trackId) ?? []), span]);
  }
  for (let index = first; index < last; index += 1) {
    const person = rows[index];
    const top = TOP + index * ROW - scrollTop;
    const isSelected = person.tracks.some(({ id }) => selected.has(id));
    context.fillStyle = isSelected ? tones.chosen : index % 2 === 0 ? tones.sunken : tones.card;
    context.fillRect(0, top, width, ROW);
    for (const track of person.tracks) {
      const color = tones[track.state];
      for (const [from, to] of track.runs) bar(from, to, top + 5, ROW - 10, color);
      for (const { firstFrame, lastFrame, isReviewed } of doubts.get(track.id) ?? []) {
        bar(firstFrame, lastFrame, top + ROW - 6, 3, isReviewed ? tones.line : tones.warn);
      }
      context.fillStyle = tones.ink;
      for (const key of track.keys) context.fillRect(x(key) - 1, top + 3, 2, ROW - 6);
      if (doubt?.track === track.id) bar(doubt.firstFrame, doubt.lastFrame, top + 2, 3, tones.alarm);
    }
    context.fillStyle = tones.card;
    context.fillRect(0, top, GUTTER - 4, ROW);
    context.fillStyle = isSelected ? tones.accent : tones.soft;
    context.fillText(person.title, 10, top + ROW / 2);
  }
  context.fillStyle = tones.line;
  for (const cut of cuts) if (x(cut) >= GUTTER) context.fillRect(x(cut), TOP, 1, height - TOP);
  for (const { firstFrame, lastFrame } of wholes) bar(firstFrame, lastFrame, TOP, height - TOP, tones.veil);
}

/** @param {Brush} brush */
function paintRuler({ context, tones, view, width, x }) {
  const seconds = view.count / rateNow();
  const step = STEPS.find((each) => (each / seconds) * (width - GUTTER) >= LABEL) ?? 3600;
  const from = Math.ceil(timeOf(Math.floor(view.first)) / step);
  const to = Math.floor(timeOf(Math.ceil(view.first + view.count)) / step);
  for (let index = from; index <= to; index += 1) {
    const at = x(frameAt(index * step));
    if (at < GUTTER) continue;
    context.fillStyle = tones.line;
    context.fillRect(at, RULER - 5, 1, 5);
    context.fillStyle = tones.soft;
    const text = clock(index * step).replace(/\.00$/, '');
    if (at + 4 + context.measureText(text).width <= width) context.fillText(text, at + 4, RULER / 2);
  }
}

/** @param {Brush} brush */
function paintSound({ context, tones, view, width, bar }) {
  const { sound, mutes, mark, frame } = now();
  const middle = RULER + SOUND / 2;
  context.fillStyle = tones.soft;
  context.fillText('Sound', 10, middle);
  if (sound !== null && sound.length > 0) {
    context.fillStyle = tones.rate;
    for (let x = GUTTER; x < width; x += 1) {
      const at = view.first + ((x - GUTTER) / (width - GUTTER)) * view.count;
      const next = at + view.count / (width - GUTTER);
      const from = Math.floor(smoothTime(at) * PEAKS_PER_SECOND);
      const end = Math.min(sound.length, Math.max(from + 1, Math.floor(smoothTime(next) * PEAKS_PER_SECOND)));
      let peak = 0;
      for (let i = Math.max(0, from); i < end; i += 1) peak = Math.max(peak, sound[i]);
      const tall = Math.max(1, (peak / 255) * SOUND);
      context.fillRect(x, middle - tall / 2, 1, tall);
    }
  }
  for (const { from, to } of mutes) bar(frameAt(from), frameAt(to), RULER, SOUND, tones.muted);
  if (mark !== null) {
    const [first, last] = [Math.min(mark.frame, frame), Math.max(mark.frame, frame)];
    bar(
      first,
      last,
      mark.kind === 'mute' ? RULER : RULER + SOUND,
      mark.kind === 'mute' ? SOUND : LANE,
      tones.veil,
    );
  }
}

/** One lane with the doubts of all people, cuts, and findings of the audit. @param {Brush} brush */
function paintLane({ context, tones, doubts, bar, width, x }) {
  const { findings, wholes, zones, cuts, times } = now();
  const top = RULER + SOUND + 2;
  context.fillStyle = tones.soft;
  context.fillText('Doubts', 10, top + LANE / 2);
  context.fillStyle = tones.sunken;
  context.fillRect(GUTTER, top, width - GUTTER, LANE - 2);
  // The frames available so far.
  if (times.length < now().video.frames) bar(0, times.length - 1, top + LANE - 3, 1, tones.accent);
  for (const { firstFrame, lastFrame } of wholes) bar(firstFrame, lastFrame, top, LANE - 2, tones.dismissed);
  for (const { firstFrame, lastFrame } of zones) bar(firstFrame, lastFrame, top + LANE - 4, 2, tones.accent);
  context.fillStyle = tones.line;
  for (const cut of cuts) if (x(cut) >= GUTTER) context.fillRect(x(cut), top, 1, LANE - 2);
  for (const doubt of [...doubts].reverse()) {
    bar(
      doubt.firstFrame,
      doubt.lastFrame,
      top,
      LANE - 2,
      doubt.kind === 'finding' ? tones.alarm : tones.warn,
    );
  }
  for (const { firstFrame, lastFrame, isOpen } of findings) {
    if (!isOpen) bar(firstFrame, lastFrame, top + 4, 2, tones.line);
  }
}

/** @param {Brush} brush */
function paintPlayhead({ context, tones, x, height, band }) {
  const at = x(now().frame + 0.5);
  if (at >= GUTTER) {
    context.fillStyle = tones.ink;
    context.fillRect(at - 1, 0, 2, height);
    context.beginPath();
    context.moveTo(at - 6, 0);
    context.lineTo(at + 6, 0);
    context.lineTo(at, 8);
    context.fill();
  }
  if (band === null) return;
  context.strokeStyle = tones.accent;
  context.strokeRect(
    Math.min(band.x, band.toX),
    Math.min(band.y, band.toY),
    Math.abs(band.toX - band.x),
    Math.abs(band.toY - band.y),
  );
}

/** @param {HTMLCanvasElement} surface @returns {Record<string, string>} */
function tonesOf(surface) {
  const style = getComputedStyle(surface);
  const names = ['card', 'ink', 'soft', 'line', 'sunken', 'accent', 'warn', 'alarm', 'rate'];
  const tones = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  return {
    ...tones,
    covered: tones.accent,
    dismissed: tones.rate,
    kept: tones.warn,
    chosen: style.getPropertyValue('--chosen').trim(),
    veil: style.getPropertyValue('--veil').trim(),
    muted: style.getPropertyValue('--muted').trim(),
  };
}

/** Interpolated time of a fractional frame number, seconds. @param {number} frame */
function smoothTime(frame) {
  const before = Math.floor(frame);
  return timeOf(before) + (frame - before) * (timeOf(before + 1) - timeOf(before));
}
