// Scopes, disposal and the heaps behind the CPU device.
import { add, keep, mul, tensor, type Tensor, tidy } from "@x/tensor";
import { describe, expect, it } from "vitest";

describe("tidy", () => {
  it("disposes of what is not returned", () => {
    let inner: Tensor | undefined;
    const out = tidy(() => {
      inner = tensor([1]);
      return { sum: add(inner, 1) };
    });
    expect(inner!.disposed).toBe(true);
    expect(out.sum.disposed).toBe(false);
  });

  it("hands results to the scope around it, and keep() takes a tensor out of all", () => {
    let returned: Tensor | undefined;
    let kept: Tensor | undefined;
    tidy(() => {
      returned = tidy(() => tensor([1]));
      kept = tidy(() => keep(tensor([2])));
      expect(returned.disposed).toBe(false);
    });
    expect(returned!.disposed).toBe(true);
    expect(kept!.disposed).toBe(false);
  });

  it("disposes of everything when fn throws", () => {
    let inner: Tensor | undefined;
    expect(() =>
      tidy(() => {
        inner = tensor([1]);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(inner!.disposed).toBe(true);
  });

  it("refuses a promise", () => {
    expect(() => tidy(() => Promise.resolve(1))).toThrow(/must be synchronous/);
  });
});

describe("a disposed tensor", () => {
  it("raises a clear error when used, and may be disposed twice", () => {
    const x = tensor([1, 2]);
    x.dispose();
    x.dispose();
    expect(() => mul(x, 2)).toThrow(/must not be used after it was disposed; this one was Tensor f32\[2\] on cpu/);
  });

  it("leaves its reshapes alive", async () => {
    const x = tensor([1, 2]);
    const y = x.reshape(2, 1);
    x.dispose();
    expect(await y.toArray()).toEqual([[1], [2]]);
  });
});
