// Turns of the event loop: a CPU device computes at once, so that work which awaits nothing but it would keep timers, sockets and signals waiting until it ends.

/** What only some hosts have. */
const { setImmediate } = globalThis as { readonly setImmediate?: (turn: () => void) => unknown };

const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

/** Lets timers, signals, sockets and the page have their turn. */
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
