import { expect, test } from "vitest";
import { waitForGpu } from "../src/index.ts";

const after = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(`${ms} ms`), ms));

/** Turns of the event loop until a promise resolves, each of them asked for as Dawn does. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let [turns, done] = [0, false];
  const turn = (): void => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await promise;
  done = true;
  return turns;
}

test("a wait gives what the promise does", async () => {
  expect(await waitForGpu(after(5))).toBe("5 ms");
  await expect(waitForGpu(Promise.reject(new Error("gone")))).rejects.toThrow("gone");
});

test("the event loop turns few times while something waits", async () => {
  // Sleeps of a tenth of the time before, from 0.02 ms on, make up 100 ms in fewer than 200; the first 0.2 ms hold some turns more.
  expect(await turnsUntil(waitForGpu(after(100)))).toBeLessThan(1000);
  const [short, long] = [waitForGpu(after(10)), waitForGpu(after(60))];
  expect(await turnsUntil(Promise.all([short, long]))).toBeLessThan(1000);
});
