/**
 * Characters that would move the cursor, colour the terminal, or reorder what is read: C0 and C1 controls, line and
 * paragraph separators, and the controls of writing direction.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Makes a name from outside safe to print on one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escape);
}

/** Makes a message safe to print. Its lines stay, indented, so that none can pass for a line of Veil's own. */
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
