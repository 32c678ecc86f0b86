/** Asks for the first item at once, so that what makes it works while something else is waited for. */
export function startAtOnce<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  // Thrown where it is waited for, which may be later or never.
  first.catch(() => undefined);
  return restOf(iterator, first);
}

async function* restOf<T>(
  iterator: AsyncIterator<T>,
  first: Promise<IteratorResult<T>>,
): AsyncGenerator<T, void, void> {
  try {
    for (let next = await first; next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
