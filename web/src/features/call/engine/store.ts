import type { Cancel } from './clock'

/**
 * An observable immutable value in the shape React's `useSyncExternalStore` wants: `subscribe` and
 * `getSnapshot`, the same object as long as nothing changed.
 */
export class Store<T extends object> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  // Arrow functions: both are handed to useSyncExternalStore detached from the object.
  readonly getSnapshot = (): T => this.value

  readonly subscribe = (listener: () => void): Cancel => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Replaces the named fields; listeners hear of it only if a field really changed. */
  patch(changes: Partial<T>): void {
    const keys = Object.keys(changes) as (keyof T)[]
    if (keys.every((key) => Object.is(this.value[key], changes[key]))) return
    this.value = { ...this.value, ...changes }
    for (const listener of [...this.listeners]) listener()
  }
}

/** The same value if it is equal by content, so that an unchanged part keeps its identity. */
export function keepIfEqual<T>(previous: T, next: T): T {
  return JSON.stringify(previous) === JSON.stringify(next) ? previous : next
}
