/**
 * A value that is made at the first call and kept, so that heavy modules load when they are needed:
 * `const load = lazy(() => import('./prepare.js'))`. A rejected promise is not kept: the next call tries again.
 */
export function lazy<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let pending: Promise<Value> | undefined
  return () => {
    if (pending === undefined) {
      const attempt = make()
      pending = attempt
      attempt.catch(() => {
        if (pending === attempt) pending = undefined
      })
    }
    return pending
  }
}
