// The first signal asks a run to stop, however often a process group repeats it; another one ends the process.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onInterrupt } from "../src/cli/interrupt.ts";

describe("signals", () => {
  // Tests of other files, in this process too, may have listeners that end a moment after them.
  const names = ["SIGTERM", "SIGINT"] as const;
  let others: (readonly [NodeJS.Signals, NodeJS.SignalsListener[]])[] = [];
  beforeEach(() => {
    others = names.map((name) => [name, process.listeners(name)] as const);
    for (const name of names) process.removeAllListeners(name);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    for (const [name, listeners] of others) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name, listener);
    }
  });
  const emit = (signal: NodeJS.Signals): boolean => process.emit(signal, signal);

  function listening(): {
    readonly stops: () => number;
    readonly exits: () => readonly unknown[];
    at(ms: number): void;
    end(): void;
  } {
    let now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as () => never);
    const stop = vi.fn();
    const end = onInterrupt(stop);
    return {
      stops: () => stop.mock.calls.length,
      exits: () => exit.mock.calls.flat(),
      at: (ms) => void (now = 1000 + ms),
      end,
    };
  }

  it.each([
    ["SIGTERM", "SIGTERM", 0, false],
    ["SIGTERM", "SIGTERM", 499, false],
    ["SIGINT", "SIGINT", 20, false],
    ["SIGINT", "SIGINT", 501, true],
    ["SIGTERM", "SIGTERM", 4000, true],
    ["SIGINT", "SIGTERM", 20, true],
    ["SIGTERM", "SIGINT", 0, true],
  ] as const)("%s, then %s after %d ms: ends at once: %s", (first, second, ms, ends) => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const before = process.listenerCount("SIGTERM");
    const { stops, exits, at, end } = listening();
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    emit(first);
    at(ms);
    emit(second);
    expect(stops()).toBe(1);
    expect(exits()).toEqual(ends ? [130] : []);
    end();
    expect(process.listenerCount("SIGTERM")).toBe(before + 1); // the first may still be repeated
    vi.advanceTimersByTime(600);
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
