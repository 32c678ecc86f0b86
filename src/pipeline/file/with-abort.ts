/**
 * Runs work under a signal that fires when the caller's does and after any failure, so that no child process outlives
 * the work.
 */
export async function withAbort<T>(
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signals = caller === undefined ? [controller.signal] : [controller.signal, caller];
  try {
    return await work(AbortSignal.any(signals));
  } catch (error) {
    controller.abort();
    throw error;
  }
}
