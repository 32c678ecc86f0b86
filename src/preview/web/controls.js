// The controls. The server's settings count; a control in use is left alone until the server has confirmed.
import { button, element, input } from './element.js';
import { setText } from './stage.js';

/** Shortest interval between two changes, ms. */
const PACE = 100;
/** After a change, a control ignores the server's settings for this long, ms. */
const HOLD = 1_000;

/** @typedef {{ style: 'blur' | 'mosaic' | 'solid', cells: number, threshold: number }} Settings */

/**
 * @typedef {object} Actions
 * @property {(settings: Partial<Settings>) => void} change
 * @property {(isOn: boolean) => void} panic
 * @property {(isOn: boolean) => void} record
 * @property {(isOn: boolean) => void} outline
 * @property {() => void} retry
 */

export class Controls {
  /** @type {Partial<Settings>} */
  #pending = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #touchedAt = -Infinity;
  #actions;
  #isPanic = false;
  #isRecording = false;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    for (const radio of radios()) {
      radio.addEventListener('change', () =>
        this.#change({ style: /** @type {Settings['style']} */ (radio.value) }),
      );
    }
    input('strength').addEventListener('input', () =>
      this.#change({ cells: 10 - input('strength').valueAsNumber }),
    );
    input('threshold').addEventListener('input', () =>
      this.#change({ threshold: input('threshold').valueAsNumber }),
    );
    input('outlines').addEventListener('change', () => actions.outline(input('outlines').checked));
    button('panic').addEventListener('click', () => actions.panic(!this.#isPanic));
    button('record').addEventListener('click', () => actions.record(!this.#isRecording));
    button('retry').addEventListener('click', () => actions.retry());
    element('settings').addEventListener('submit', (event) => event.preventDefault());
    addEventListener('keydown', (event) => {
      // The key only covers and never releases: pressed twice in a hurry, it still covers.
      if (!isPanicKey(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!event.repeat) actions.panic(true);
    });
  }

  /** @param {{ settings: Settings, isRecording: boolean, canRecord: boolean }} status */
  show({ settings, isRecording, canRecord }) {
    this.enable(true);
    if (performance.now() - this.#touchedAt > HOLD) {
      for (const radio of radios()) radio.checked = radio.value === settings.style;
      input('strength').value = `${10 - settings.cells}`;
      input('threshold').value = `${settings.threshold}`;
      this.#describe();
    }
    this.#showRecording(isRecording);
    button('record').disabled = !canRecord;
    button('record').title = canRecord ? '' : 'Start veil with --record to record.';
  }

  #showRecording(/** @type {boolean} */ isOn) {
    this.#isRecording = isOn;
    button('record').toggleAttribute('data-on', isOn);
    element('recording').hidden = !isOn;
    setText('record-title', isOn ? 'Stop' : 'Record');
    setText('record-what', isOn ? 'recording' : '');
  }

  showPanic(/** @type {boolean} */ isOn) {
    this.#isPanic = isOn;
    button('panic').toggleAttribute('data-on', isOn);
    setText('panic-title', isOn ? 'Release' : 'Cover everything');
  }

  /** Offline, settings are disabled but panic works: here at once, on the server after reconnecting. */
  enable(/** @type {boolean} */ isOn) {
    for (const fieldset of document.querySelectorAll('fieldset')) fieldset.disabled = !isOn;
    if (isOn) button('panic').disabled = false;
    else {
      this.#showRecording(false);
      button('record').disabled = true;
    }
    element('retry').hidden = isOn;
  }

  /** @param {Partial<Settings>} change */
  #change(change) {
    this.#touchedAt = performance.now();
    this.#pending = { ...this.#pending, ...change };
    this.#describe();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#actions.change(this.#pending);
      this.#pending = {};
    }, PACE);
  }

  #describe() {
    const cells = 10 - input('strength').valueAsNumber;
    const isSolid = radios().some(({ checked, value }) => checked && value === 'solid');
    const strength = isSolid ? 'one colour' : `${cells} cells across a head`;
    setText('strength-text', strength);
    input('strength').setAttribute('aria-valuetext', strength);
    input('strength').disabled = isSolid;
    setText('threshold-text', input('threshold').valueAsNumber.toFixed(2));
  }
}

/** The letter P; on non-Latin layouts, the physical key. */
function isPanicKey(/** @type {KeyboardEvent} */ { key, code }) {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() === 'p' : code === 'KeyP';
}

function radios() {
  return /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('input[name="style"]')]);
}
