import { loggerTo, type Logger } from '../../logger.ts';
import { printableLines } from './terminal-text.ts';
import type { TextOutput } from '../io.ts';

const LEVELS = ['debug', 'info', 'warn', 'silent'] as const;

/** The lowest level that is shown. */
export type LogLevel = (typeof LEVELS)[number];

/**
 * Log lines on stderr: `2026-01-31T12:00:00.000Z INFO text`, or JSON objects with `level`, `time` and `msg`.
 *
 * @param before called before each line, to clear the progress line
 */
export function terminalLogger(
  output: TextOutput,
  options: { readonly level: LogLevel; readonly json: boolean; readonly before: () => void },
): Logger {
  const write = (level: LogLevel, message: string): void => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
    const time = new Date().toISOString();
    options.before();
    output.write(
      options.json
        ? `${JSON.stringify({ level, time, msg: message })}\n`
        : `${time} ${level.toUpperCase()} ${printableLines(message)}\n`,
    );
  };
  return loggerTo(write);
}
