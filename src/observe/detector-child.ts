import { fork, type ChildProcess } from 'node:child_process';

/** One that was started ahead and has nothing to do yet. */
let ahead: ChildProcess | null = null;

/**
 * Starts the process of the next detector before its config is known, so that it loads its modules
 * while the caller loads its own. It ends with this process where it is never used.
 */
export function startDetectorAhead(): void {
  if (ahead !== null) return;
  const child = startProgram(defaultProgram());
  const forget = (): void => {
    if (ahead === child) ahead = null;
  };
  child.once('exit', forget).once('error', forget);
  child.unref();
  child.channel?.unref();
  ahead = child;
}

/** The process for a detector: the one that was started ahead, or a new one. */
export function detectorChild(): ChildProcess {
  const child = ahead ?? startProgram(defaultProgram());
  ahead = null;
  child.ref();
  child.channel?.ref();
  return child;
}

/** Ctrl-C goes to all processes of a terminal; only the owner ends this one, when its work is done. */
export function startProgram(program: URL): ChildProcess {
  const loader = program.pathname.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return fork(program, {
    execArgv: loader,
    // Else bytes would travel as text.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: process.platform !== 'win32',
  });
}

/** Beside this file, in its kind: `.ts` as written, `.js` as built. */
function defaultProgram(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './detector-program.ts' : './detector-program.js',
    import.meta.url,
  );
}
