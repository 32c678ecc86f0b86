/** The values that were used last, by name. */
export class RecentlyUsed<T> {
  readonly #most: number;
  /** In the order in which they were used. */
  readonly #values = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of that name, made where it is not there. */
  get(name: string, make: () => T): T {
    const value = this.#values.get(name) ?? make();
    this.#values.delete(name);
    this.#values.set(name, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}
