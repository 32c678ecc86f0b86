// The socket between a page and its review.

/** Pause before a reconnect, ms. */
const PAUSE = 1000;
/** Shortest interval between signs of activity, ms. */
const ALIVE = 30_000;

/** @type {WebSocket | null} */
let socket = null;
let aliveAt = 0;

/**
 * Opens the socket, reopens it when it is lost, and reports the activity of the user.
 *
 * @param {{ onMessage: (message: any) => void, onLost: (hasEnded: boolean) => void }} listeners
 */
export function connect({ onMessage, onLost }) {
  open(onMessage, onLost);
  for (const type of ['pointerdown', 'keydown', 'wheel']) addEventListener(type, beAlive, { passive: true });
}

/** @param {object} message */
export function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/**
 * @param {(message: any) => void} onMessage
 * @param {(hasEnded: boolean) => void} onLost
 */
function open(onMessage, onLost) {
  const url = new URL('socket', location.href.replace(/^http/, 'ws'));
  url.search = '';
  url.hash = '';
  socket = new WebSocket(url);
  socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(data)));
  socket.addEventListener('close', ({ code }) => {
    // 1001: the review has ended.
    onLost(code === 1001);
    if (code !== 1001) setTimeout(open, PAUSE, onMessage, onLost);
  });
}

function beAlive() {
  if (performance.now() - aliveAt < ALIVE) return;
  aliveAt = performance.now();
  send({ type: 'alive' });
}
