/**
 * Who wants to be told of what.
 */

/** Listeners by the name of what they are told. */
export class Listeners<Events extends object> {
  readonly #byName = new Map<keyof Events, Set<(payload: never) => void>>();

  /** Calls back until the function that it returns is called. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])]) {
      try {
        listener(payload as never);
      } catch (error) {
        // A fault of one listener is told where faults are told, and does not keep the others from hearing.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
