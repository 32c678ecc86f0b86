import { pino, type Logger as PinoLogger } from 'pino';
import type { Logger } from '../../logger.ts';
import { printableLines } from './terminal-text.ts';
import type { TextOutput } from '../io.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'silent';

/**
 * Log lines on stderr: `2026-01-31T12:00:00.000Z INFO text`, or JSON.
 *
 * @param before called before each line, to clear what stands there
 */
export function terminalLogger(
  output: TextOutput,
  options: { readonly level: LogLevel; readonly json: boolean; readonly before: () => void },
): Logger {
  const log: PinoLogger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    {
      write: (line) => {
        options.before();
        output.write(options.json ? line : textLine(line));
      },
    },
  );
  return {
    debug: (message) => {
      log.debug(message);
    },
    info: (message) => {
      log.info(message);
    },
    warn: (message) => {
      log.warn(message);
    },
  };
}

function textLine(line: string): string {
  const { time, level, msg } = JSON.parse(line) as { time: string; level: string; msg: string };
  return `${time} ${level.toUpperCase()} ${printableLines(msg)}\n`;
}
