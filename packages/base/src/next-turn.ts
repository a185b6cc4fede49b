// Turns of the event loop: long work lets everything else go first from time to time, so that no page freezes and no timer, signal or socket waits until it ends.

/** What only some hosts have. */
const { setImmediate } = globalThis as { readonly setImmediate?: (turn: () => void) => unknown };

const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

/**
 * Lets timers, signals, sockets and the page have their turn.
 *
 * @example
 * for (const part of [1, 2, 3]) {
 *   console.log(part);
 *   await nextTurn();
 * }
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate) return void setImmediate(resolve);
    if (!channel) {
      channel = new MessageChannel(); // a page's timers wait for 4 ms and more
      channel.port1.addEventListener("message", () => waiting.shift()?.());
      channel.port1.start();
    }
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });
}

/**
 * For loops of short pieces of work: a turn once the pieces since the last one have taken `most` milliseconds.
 *
 * @param most milliseconds; default 8, half a frame of a page
 * @returns to be awaited after each piece
 * @example
 * const rest = turns();
 * for (const part of [1, 2, 3]) {
 *   console.log(part);
 *   await rest();
 * }
 */
export function turns(most: number = 8): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < most) return;
    await nextTurn();
    began = performance.now();
  };
}
