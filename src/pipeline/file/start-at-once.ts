/** Requests the first item at once, so that its producer runs while the caller waits for something else. */
export function startAtOnce<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  // The error is thrown where the item is awaited, which may be later or never.
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
