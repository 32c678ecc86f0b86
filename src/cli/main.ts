import { EXIT } from '../errors.ts';
import { errorText } from './report/error-text.ts';
import { processIo } from './io.ts';
import { ownVersion } from '../base/own-version.ts';
import { startDetectorAhead } from '../observe/detector-child.ts';

/** Time after which the program exits even if a library keeps it alive. */
const GRACE_MS = 500;

const lostText: Error[] = [];
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader may have closed the pipe, as `head` does, or the terminal: neither is an error, and the work must
    // still clean up.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') lostText.push(error);
  });
}
process.on('uncaughtException', (error) => {
  process.stderr.write(`veil: ${errorText(error, process.argv.includes('--verbose'))}\n`);
  process.exit(EXIT.failed);
});

const exitCode = await start(process.argv.slice(2));
process.exitCode = exitCode;
process.on('exit', (code) => {
  if (lostText.length > 0 && code === EXIT.done) process.exitCode = EXIT.failed;
});
// A running measurement of engines would delay the stop.
if (exitCode === EXIT.interrupted) process.stdout.write('', () => process.exit());
setTimeout(() => process.exit(), GRACE_MS).unref();

/** Prints the version before loading the commands, which takes several times as long. */
async function start(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && ['-V', '--version'].includes(argv[0]!)) {
    process.stdout.write(`${ownVersion()}\n`);
    return EXIT.done;
  }
  if (willDetect(argv)) startDetectorAhead();
  const { run } = await import('./program.ts');
  return run(argv, processIo());
}

/** Whether a call most likely needs a detector; its process then starts while the command is loaded. */
function willDetect([command = '', ...args]: readonly string[]): boolean {
  const isAsking = args.some((arg) => ['-h', '--help', '--list'].includes(arg));
  return ['blur', 'detect', 'audit', 'live'].includes(command) && args.length > 0 && !isAsking;
}
