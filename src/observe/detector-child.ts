import { fork, type ChildProcess } from 'node:child_process';
import { programBeside } from '../base/program-beside.ts';
import { Socket } from 'node:net';

/** A process that was started ahead and is not in use yet. */
let ahead: ChildProcess | null = null;

/**
 * Starts the process of the next detector before its config is known, so that both processes load their modules in
 * parallel. If it is never used, it ends with this process.
 */
export function startDetectorAhead(): void {
  if (ahead !== null) return;
  const child = startDetector(programBeside(import.meta.url, 'detector-program'));
  const forget = (): void => {
    if (ahead === child) ahead = null;
  };
  child.once('exit', forget).once('error', forget);
  child.unref();
  child.channel?.unref();
  ahead = child;
}

/** The process for a detector: the one started ahead, or a new one. */
export function detectorChild(): ChildProcess {
  const child = ahead ?? startDetector(programBeside(import.meta.url, 'detector-program'));
  ahead = null;
  child.ref();
  child.channel?.ref();
  return child;
}

/** Starts the program of a detector, with a pipe for pictures that does not keep this process alive. */
export function startDetector(program: URL): ChildProcess {
  const child = startProgram(program, ['pipe']);
  const pipe = child.stdio.at(-1);
  if (pipe instanceof Socket) pipe.unref();
  return child;
}

/**
 * Starts a program detached: Ctrl-C reaches all processes of a terminal, but only the owner may end this one.
 *
 * @param pipes for its descriptors 4, 5, …
 */
export function startProgram(program: URL, pipes: readonly 'pipe'[] = []): ChildProcess {
  const loader = program.pathname.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return fork(program, {
    execArgv: loader,
    // Otherwise bytes would be sent as text.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...pipes],
    detached: process.platform !== 'win32',
  });
}
