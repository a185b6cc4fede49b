// How many steps are handed over together: one until tokens come fast, then as many as two of fit ahead and pay.
import { expect, it, vi } from "vitest";
import { BurstPace } from "../src/generation/burst-pace.ts";

const none = { capacity: undefined, length: 0 };

function paced(ahead: number, ms = 1): BurstPace {
  const pace = new BurstPace(ahead);
  let now = 0;
  using _clock = { [Symbol.dispose]: vi.spyOn(performance, "now").mockImplementation(() => (now += ms)).mockRestore };
  for (let i = 0; i < 5; i++) pace.count();
  return pace;
}

it.each([
  [16, 1000, 8],
  [64, 1000, 8],
  [8, 1000, 4],
  [11, 1000, 5],
  [7, 1000, 1],
  [0, 1000, 1],
  [16, 128, 8],
  [16, 127, 7],
  [16, 64, 4],
  [16, 63, 1],
])("with %i ahead and %i to come takes %i", (ahead, most, steps) => {
  expect(paced(ahead).steps(most, none)).toBe(steps);
});

it("takes one while tokens are slow", () => {
  expect(new BurstPace(16).steps(1000, none)).toBe(1);
  expect(paced(16, 6).steps(1000, none)).toBe(1);
});

it("keeps to what was recorded, and takes one where caches have no room for it", () => {
  const pace = paced(16);
  expect(pace.steps(1000, { capacity: 512, length: 100 })).toBe(8);
  expect(pace.steps(20, { capacity: 512, length: 504 })).toBe(8);
  expect(pace.steps(20, { capacity: 512, length: 505 })).toBe(1);
  expect(pace.steps(1000, { capacity: 1024, length: 512 })).toBe(8);
});

it("is recorded anew for larger caches only where it pays", () => {
  const pace = paced(16);
  expect(pace.steps(1000, { capacity: 512, length: 0 })).toBe(8);
  expect(pace.steps(50, { capacity: 1024, length: 512 })).toBe(1);
  expect(pace.steps(100, { capacity: 1024, length: 800 })).toBe(6);
});
