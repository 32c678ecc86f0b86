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

addEventListener('click', ({ detail }) => {
  const { activeElement } = document;
  // After a click on a button, keys go to the page again; a keyboard user keeps the focus on the button.
  const isPressed = detail > 0 && activeElement?.matches('button') === true;
  if (isPressed && activeElement.closest('dialog') === null) element('frame').focus();
});

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

// Load the sound once; measuring it takes the review a moment.
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
  let target = /** @type {HTMLElement} */ (event.target);
  const dialog = target.closest('dialog');
  // The browser handles the keys of a dialog, Escape too.
  if (dialog?.open === true) return;
  // It has just been closed: the focus is still in it until its close event moves it.
  if (dialog !== null) target = element('frame');
  const isTyping = target.matches('input:not([type=radio]), textarea');
  if (event.key === 'Escape' && isTyping) {
    // Browsers would empty a search field without an input event, and the list would stay filtered.
    event.preventDefault();
    target.blur();
    element('frame').focus();
    return;
  }
  if (isTyping) return;
  if (drawingKey(event)) {
    event.preventDefault();
    return;
  }
  const found = commandFor(event);
  if (found === null) return;
  const [command, argument] = found;
  // Buttons handle Space, Enter and Tab themselves; radio buttons handle Space and arrows.
  const ownKeys = target.matches('button')
    ? /^( |Enter|Tab)$/
    : target.matches('[type=radio]')
      ? /^( |Arrow.*)$/
      : null;
  if (ownKeys?.test(event.key) === true) return;
  event.preventDefault();
  run(command, {
    shift: event.shiftKey,
    isRepeat: event.repeat,
    ...(argument === undefined ? {} : { argument }),
  });
});
