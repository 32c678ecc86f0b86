// Starts the page.
import { run, startCommands } from './commands.js';
import { startCards } from './cards.js';
import { connect } from './connection.js';
import { startDialogs } from './dialogs.js';
import { drawingKey, startDrawings } from './drawing.js';
import { element } from './element.js';
import { commandFor } from './keys.js';
import { startOutput } from './output.js';
import { startStage } from './stage.js';
import { now, update, watch } from './store.js';
import { startTimeline } from './timeline.js';

startStage();
startDrawings();
startCards();
startTimeline();
startOutput();
startDialogs();
startCommands();
connect();

for (const node of document.querySelectorAll('[data-command]')) {
  const { command = '', argument } = /** @type {HTMLElement} */ (node).dataset;
  node.addEventListener('click', () =>
    run(command, argument === undefined ? {} : { argument: Number(argument) }),
  );
}

watch(['canUndo', 'canRedo', 'isPlaying'], () => {
  const { canUndo, canRedo, isPlaying } = now();
  for (const [name, isOn] of /** @type {const} */ ([
    ['undo', canUndo],
    ['redo', canRedo],
  ])) {
    /** @type {HTMLButtonElement} */ (element(name)).disabled = !isOn;
  }
  element('play').textContent = isPlaying ? 'Pause' : 'Play';
});

// The sound is drawn when it is known; it takes a moment.
let hasAsked = false;
watch(['phase', 'times'], () => {
  const { phase, times, video } = now();
  if (hasAsked || phase !== 'ready' || times.length < video.frames) return;
  hasAsked = true;
  void fetch('sound')
    .then((response) => response.arrayBuffer())
    .then((bytes) => update({ sound: new Uint8Array(bytes) }));
});

addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const isTyping = target.matches('input:not([type=radio]), textarea');
  if (event.key === 'Escape' && isTyping) {
    target.blur();
    element('frame').focus();
    return;
  }
  if (isTyping || target.closest('dialog') !== null) return;
  if (drawingKey(event)) {
    event.preventDefault();
    return;
  }
  const found = commandFor(event);
  if (found === null) return;
  const [command, argument] = found;
  // Buttons are pressed with Space and Enter, and Tab leads through them.
  if (target.matches('button, [type=radio]') && /^( |Enter|Tab|Arrow.*)$/.test(event.key)) return;
  event.preventDefault();
  run(command, {
    shift: event.shiftKey,
    isRepeat: event.repeat,
    ...(argument === undefined ? {} : { argument }),
  });
});
