// Ctrl-C and SIGTERM during a run: the first asks it to stop, another ends the process.

/** Signals of one kind within this time are one: a signal to a group of processes comes from the group, and again from every parent that hands it on. */
const SAME_SIGNAL_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Calls `stop` at the first signal; ends the process at another one.
 *
 * @returns what ends the listening, once the first signal cannot come again
 */
export function onInterrupt(stop: () => void): () => void {
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const interrupt = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    if (first?.signal === signal && at - first.at < SAME_SIGNAL_MS) return;
    if (first) return process.exit(130); // pressed twice: no more patience
    first = { signal, at };
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const end = (): void => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  };
  return () => void (first ? setTimeout(end, SAME_SIGNAL_MS).unref() : end());
}
