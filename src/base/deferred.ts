/** A promise with external `resolve` and `reject`. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // The error reaches everyone who awaits the promise, even later; not awaiting it is no fault.
    this.promise.catch(() => undefined);
  }
}
