// Moves through the video: frame by frame, and by playing.
import { blobOf } from './frames.js';
import { frameAt, timeOf } from './model.js';
import { now, update } from './store.js';

/** Pictures to prefetch, and how many at once. */
const AHEAD = { frames: 24, atOnce: 5 };

let startedAt = 0;
let startTime = 0;
/** @type {Set<number>} */
const loading = new Set();
let loadedTo = 0;
/** @type {(() => void) | null} */
let onStop = null;

/**
 * Goes to a frame.
 *
 * @param {number} frame
 */
export function seek(frame) {
  const { video, isPlaying } = now();
  const to = Math.max(0, Math.min(video.frames - 1, Math.round(frame)));
  update({ frame: to });
  if (isPlaying) anchor();
}

/**
 * Plays at a speed, 1 for full speed, or stops at 0.
 *
 * @param {number} speed
 * @param {() => void} [whenStopped]
 */
export function play(speed, whenStopped) {
  const { frame, video } = now();
  onStop?.();
  onStop = whenStopped ?? null;
  if (speed === 0) {
    update({ isPlaying: false });
    onStop?.();
    onStop = null;
    return;
  }
  if (speed > 0 && frame >= video.frames - 1) update({ frame: 0 });
  update({ isPlaying: true, speed });
  anchor();
  requestAnimationFrame(step);
}

function anchor() {
  startedAt = performance.now();
  startTime = timeOf(now().frame);
  loadedTo = now().frame;
}

function step() {
  const { isPlaying, speed, video, times, frame, problem } = now();
  if (!isPlaying) return;
  const time = startTime + ((performance.now() - startedAt) / 1000) * speed;
  const to = frameAt(time);
  if (to !== frame) update({ frame: to });
  // Beyond that the times of frames have not arrived yet: playback waits for them.
  if (speed > 0 && to >= times.length - 1) anchor();
  const frames = problem === null ? video.frames : Math.min(video.frames, times.length);
  const isAtEnd = speed > 0 ? to >= frames - 1 : to <= 0;
  if (isAtEnd) play(0);
  else {
    prefetch(to, Math.sign(speed));
    requestAnimationFrame(step);
  }
}

/** Prefetches the next frames; skips those that playback has already passed. */
function prefetch(/** @type {number} */ frame, /** @type {number} */ direction) {
  const { times, showsOriginal } = now();
  if (direction * (loadedTo - frame) < 0) loadedTo = frame;
  while (loading.size < AHEAD.atOnce && Math.abs(loadedTo - frame) < AHEAD.frames) {
    const next = loadedTo + direction;
    if (next < 0 || next >= times.length) return;
    loadedTo = next;
    loading.add(next);
    void blobOf(next, showsOriginal ? 'original' : 'covered').finally(() => loading.delete(next));
  }
}
