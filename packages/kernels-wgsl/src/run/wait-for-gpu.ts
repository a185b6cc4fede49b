// Waits for the GPU without taking a core from an adapter that computes on the CPU. Dawn for Node asks the device again
// at every turn of the event loop while a promise is pending: one core asks, and a software adapter loses it. Here the
// thread sleeps between the turns, longer the longer the work has taken.

/** Part of the time waited so far that the next sleep may take: what a wait ends too late by. */
const part = 0.1;
const shortestMs = 0.02;
const longestMs = 1;

interface Turns {
  readonly setImmediate: (turn: () => void) => void;
  sleep(ms: number): void;
}

/**
 * Node's event loop, where it may sleep; undefined in browsers and Deno, whose adapters work in processes and threads
 * that need no polling.
 */
function turnsOf(): Turns | undefined {
  const { process, setImmediate } = globalThis as {
    process?: { versions?: { node?: string; deno?: string } };
    setImmediate?: Turns["setImmediate"];
  };
  if (!process?.versions?.node || process.versions.deno || !setImmediate || typeof SharedArrayBuffer === "undefined")
    return undefined;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  try {
    Atomics.wait(cell, 0, 0, 0);
  } catch {
    return undefined; // a thread that must not block, such as that of an Electron window
  }
  return { setImmediate, sleep: (ms) => void Atomics.wait(cell, 0, 0, ms) };
}

let turns: Turns | null | undefined;
let waits = 0;
/** when the first of the waits that are under way began */
let startMs = 0;
let turning = false;

/**
 * Waits for a promise of a software adapter without taking a core from it. In Node, Dawn polls the device at every turn
 * of the event loop; here each turn sleeps a tenth of the time waited so far, at most 1 ms. In browsers and Deno it
 * only awaits the promise. Overlapping waits sleep once.
 * @returns what the promise resolves to; rejects as it does
 * @example
 * console.log(await waitForGpu(Promise.resolve(1))); // 1
 */
export async function waitForGpu<T>(promise: Promise<T>): Promise<T> {
  turns ??= turnsOf() ?? null;
  if (!turns) return promise;
  if (++waits === 1) startMs = performance.now();
  if (!turning) sleepBetweenTurns(turns);
  try {
    return await promise;
  } finally {
    waits--;
  }
}

function sleepBetweenTurns({ setImmediate, sleep }: Turns): void {
  const turn = (): void => {
    turning = waits > 0;
    if (!turning) return;
    const ms = Math.min(longestMs, part * (performance.now() - startMs));
    if (ms >= shortestMs) sleep(ms);
    setImmediate(turn);
  };
  turning = true;
  setImmediate(turn);
}
