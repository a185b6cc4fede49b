// The checks that every primitive must pass can fail: each implementation and each gradient, planted wrong, is found by the check that is there for it.
import * as nn from "@x/nn";
import type { Primitive, Tensor } from "@x/tensor";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  checkGradients,
  checkLoops,
  checkWasm,
  differentiable,
  expectClose,
  hasWasmKernel,
  primitivesOf,
  testedCases,
} from "../src/index.ts";

const primitives = [...primitivesOf(tensor), ...primitivesOf(nn)].filter(({ alias }) => !alias);

/** Whether one of the small cases raises. */
async function found(
  primitive: Primitive,
  check: (primitive: Primitive, one: ReturnType<typeof testedCases>[number]) => Promise<void>,
): Promise<boolean> {
  for (const one of testedCases(primitive)) {
    try {
      await check(primitive, one);
    } catch {
      return true;
    }
  }
  return false;
}

const wrongLoops = (primitive: Primitive): Primitive => ({
  ...primitive,
  cpu(x, y, p) {
    primitive.cpu!(x, y, p);
    for (const { data } of [...Object.values(y), ...(primitive.mutates ?? []).flatMap((name) => x[name] ?? [])])
      if (data.length > 0) data[data.length - 1] = data[data.length - 1] === 42 ? 43 : 42;
  },
});

/** Gradients a hundredth too large. */
const wrongGradient = (primitive: Primitive): Primitive => ({
  ...primitive,
  vjp: (call) =>
    Object.fromEntries(
      Object.entries(primitive.vjp!(call)).map(([name, grad]): [string, Tensor | undefined] => [
        name,
        grad && tensor.mul(grad, 1.01),
      ]),
    ),
});

describe("a wrong last element is found", () => {
  for (const primitive of primitives.filter(({ cpu, reference }) => cpu && reference)) {
    it(`in the loops of ${primitive.name}`, async () =>
      expect(await found(wrongLoops(primitive), checkLoops)).toBe(true));
  }
});

describe("kernels that write nothing are found", () => {
  for (const primitive of primitives.filter(({ wasm }) => wasm)) {
    it(`for ${primitive.name}`, async () => {
      const idle: Primitive = { ...primitive, wasm: (x, p, y) => primitive.wasm!(x, p, y) && { temps: {}, calls: [] } };
      expect(testedCases(idle).some((one) => hasWasmKernel(idle, one))).toBe(true);
      expect(await found(idle, checkWasm)).toBe(true);
    });
  }
});

describe("a gradient that is too large is found", () => {
  const tried = primitives.filter(
    (primitive) =>
      primitive.vjp && differentiable(primitive) && testedCases(primitive).some(({ noGradCheck }) => !noGradCheck),
  );
  it("for many primitives", () => expect(tried.length).toBeGreaterThan(40));
  for (const primitive of tried) {
    it(`of ${primitive.name}`, async () => expect(await found(wrongGradient(primitive), checkGradients)).toBe(true));
  }
});

describe("a comparison", () => {
  it("fails for another number, a NaN, another length and another name", () => {
    const want = { y: Float32Array.of(1, 2) };
    expect(() => expectClose("same", { y: Float32Array.of(1, 2) }, want, 1e-6)).not.toThrow();
    for (const got of [
      { y: Float32Array.of(1, 2.1) },
      { y: Float32Array.of(1, NaN) },
      { y: Float32Array.of(1) },
      { z: Float32Array.of(1, 2) },
      {},
    ]) {
      expect(() => expectClose("other", got as typeof want, want, 1e-6)).toThrow();
    }
  });
});
