// Connects the parts of the page: socket, screen, texts and controls.
import { Clock, now } from './clock.js';
import { Connection } from './connection.js';
import { Controls } from './controls.js';
import { chooseCodec } from './decoders.js';
import { canvas, element } from './element.js';
import { Graph } from './graph.js';
import { PROTOCOL_VERSION, readPicture } from './message.js';
import { Screen } from './picture.js';
import { Readings } from './readings.js';
import { setText, showView } from './stage.js';

/** Without a new picture for this long, the page shows none, ms. */
const STALE = 1_500;
/** A drawn picture older than this is reported as late, ms. */
const BEHIND = 1_000;
const PING_EVERY = 2_000;

/** @type {any} the last status from the server; null while disconnected */
let status = null;
/** @type {{ reason: string, retryAt: number, hasEnded: boolean } | null} */
let loss = null;
/** @type {'h264' | 'jpeg' | null} */
let codec = null;
let h264Failures = 0;
/** By both clocks: one stops while the machine sleeps, the other may be set. */
let drawnAt = { steady: -Infinity, wall: -Infinity };
/** Age of the last drawn picture, ms. */
let age = 0;
let isDrawnCurtain = true;
/**
 * Reason of the curtain until it has lifted: messages arrive before pictures, so a covered picture may be drawn when
 * the run is live again.
 * @type {string | null}
 */
let curtainReason = null;
/** The user's unconfirmed panic request: it counts at once, and outlives a lost connection. */
let isPanicAsked = false;

const clock = new Clock();
const readings = new Readings(new Graph(canvas('graph')));
const screen = new Screen(canvas('picture'), {
  onDecoded: (sequence) => connection.send({ type: 'ack', sequence }),
  onDrawn: (picture) => {
    drawnAt = { steady: performance.now(), wall: Date.now() };
    if (isDrawnCurtain && !picture.isCurtain) curtainReason = null;
    isDrawnCurtain = picture.isCurtain;
    age = clock.ageOf(picture.capturedAt) ?? 0;
    readings.drawn(clock.ageOf(picture.capturedAt));
    showNow();
  },
  onError: () => {
    // One retry with a new decoder, then the codec that always works.
    if (codec === 'h264' && (h264Failures += 1) > 1) codec = 'jpeg';
    watch();
  },
});
const connection = new Connection({
  onOpen: () => {
    loss = null;
    if (isPanicAsked) connection.send({ type: 'panic', isOn: true });
    for (let i = 0; i < 5; i += 1) setTimeout(ping, i * 100);
  },
  onMessage: hear,
  onPicture: (buffer) => screen.push(readPicture(buffer)),
  onLost: (lost) => {
    status = null;
    curtainReason = null;
    loss = lost;
    forget();
    readings.forget();
    controls.enable(false);
    showNow();
  },
});
const controls = new Controls({
  change: (settings) => connection.send({ type: 'change', settings }),
  panic: (isOn) => {
    isPanicAsked = isOn;
    connection.send({ type: 'panic', isOn });
    showNow();
  },
  record: (isOn) => connection.send({ type: 'record', isOn }),
  outline: (isOn) => {
    screen.outlines = isOn;
  },
  retry: () => connection.retry(),
});

connection.open();
setInterval(showNow, 250);
setInterval(ping, PING_EVERY);
setInterval(() => readings.second(document.body.dataset.view !== 'live'), 1_000);
document.addEventListener('visibilitychange', watch);
// A page from the browser's back/forward cache still has an old picture.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) watch();
});

/** @param {any} message */
function hear(message) {
  switch (message.type) {
    case 'hello':
      if (message.version !== PROTOCOL_VERSION) location.reload();
      screen.shape = message.shape;
      void agree(message.codecs);
      return;
    case 'codecs':
      void agree(message.codecs);
      return;
    case 'pong':
      clock.take(message.at, message.now);
      return;
    case 'status':
      status = message.status;
      if (status.state === 'panic') isPanicAsked = false;
      if (status.state !== 'live') curtainReason = status.state === 'curtain' ? status.reason : null;
      controls.show(status);
      readings.show(status, message.client);
      showNow();
      return;
    case 'refused':
      complain(message.message);
  }
}

/** @param {readonly string[]} offered */
async function agree(offered) {
  codec = h264Failures > 1 ? 'jpeg' : await chooseCodec(offered);
  watch();
}

/** Requests pictures while the page is visible. */
function watch() {
  forget();
  const wanted = document.hidden ? null : codec;
  if (wanted !== null) screen.start(wanted);
  connection.send({ type: 'watch', codec: wanted });
}

/** No old picture may look live. */
function forget() {
  screen.blank();
  drawnAt = { steady: -Infinity, wall: -Infinity };
  isDrawnCurtain = true;
}

function ping() {
  connection.send({ type: 'ping', at: now() });
}

function showNow() {
  const isPanic = isPanicAsked || status?.state === 'panic';
  controls.showPanic(isPanic);
  setText(
    'facts',
    status === null || codec === null ? '' : `${screen.size} · ${codec === 'h264' ? 'H.264' : 'JPEG'}`,
  );
  if (status === null) {
    const pending = isPanicAsked ? 'Everything is covered as soon as it is back.' : null;
    if (loss === null) showView('connecting');
    else if (loss.hasEnded) showView('ended', pending);
    else showView('disconnected', [loss.reason || retryText(loss.retryAt), pending ?? ''].join(' ').trim());
  } else if (isPanic) {
    showView('panic', status.state === 'panic' ? null : 'Asked for; Veil has not confirmed it yet.');
  } else if (status.state !== 'live') {
    showView(status.state, status.reason);
  } else if (isStale()) {
    showView('waiting');
  } else if (isDrawnCurtain) {
    showView('curtain', curtainReason ?? 'Waiting for the next picture whose faces are known.');
  } else {
    showView('live');
    setText('pill-text', age > BEHIND ? `Live, ${Math.round(age / 1000)} s behind` : 'Live');
  }
  element('pill').classList.toggle('is-behind', age > BEHIND);
}

function isStale() {
  return performance.now() - drawnAt.steady > STALE || Date.now() - drawnAt.wall > STALE;
}

/** @param {number} retryAt */
function retryText(retryAt) {
  const seconds = Math.ceil((retryAt - Date.now()) / 1000);
  return seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …';
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

/** @param {string} text */
function complain(text) {
  setText('toast', text);
  element('toast').classList.add('is-shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    element('toast').classList.remove('is-shown');
    setText('toast', '');
  }, 6_000);
}
