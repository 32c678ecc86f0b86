/**
 * Characters that move the cursor, colour the terminal, or reorder text: C0 and C1 controls, line and paragraph
 * separators, and bidirectional controls.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Makes an untrusted name safe to print on one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escape);
}

/** Makes a message safe to print. Its lines are indented, so that none can imitate a line of Veil's own. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n  ');
}

function escape(character: string): string {
  const code = character.charCodeAt(0);
  const short = { 9: '\\t', 10: '\\n', 13: '\\r' }[code];
  return short ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
