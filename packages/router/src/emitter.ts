import { tell } from '@likeness/core/runtime'
import type { Listener, RouterEvent } from './events.js'

/** Hands the events of one router to whoever listens. */
export interface Emitter {
  /** Tells every listener, in the order they came. Never throws. */
  emit(event: RouterEvent): void
  /** Whether anybody would hear an event. */
  readonly listened: boolean
  /** Adds a listener; returns how to remove it. Added twice, it is told twice. */
  subscribe(listener: Listener): () => void
}

/** An emitter without listeners. What a listener throws, or rejects with, becomes a process warning. */
export function createEmitter(): Emitter {
  const listeners = new Map<symbol, Listener>()
  return {
    get listened() {
      return listeners.size > 0
    },
    emit(event) {
      if (listeners.size === 0) return
      // A copy: who subscribes or leaves while an event is told changes who hears the next one.
      for (const listener of [...listeners.values()]) tell<RouterEvent>(listener, event)
    },
    subscribe(listener) {
      const key = Symbol('listener')
      listeners.set(key, listener)
      return () => void listeners.delete(key)
    },
  }
}
