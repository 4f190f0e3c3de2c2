/** npm passes a signal on to its shell, which dies of it and leaves the server behind: the end of that shell is a signal too. */

const LOOK_MS = 250

/** Calls back once when the process that started this one has ended; only under `npm start` and the like. */
export function onParentEnd(env: Record<string, string | undefined>, stop: () => void): void {
  if (env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, LOOK_MS)
  timer.unref()
}
