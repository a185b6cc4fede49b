// The tape: gradients of shared, unused and nested uses, scopes around it, and what it refuses.
import {
  add,
  apply,
  capture,
  checkpoint,
  createCpuDevice,
  definePrimitive,
  exp,
  grad,
  gradientsOf,
  mul,
  noGrad,
  prod,
  silu,
  square,
  sum,
  tensor,
  type Tensor,
  tidy,
  valueAndGrad,
  vjp,
} from "@x/tensor";
import { describe, expect, it } from "vitest";

async function values(x: Tensor): Promise<number[]> {
  return Array.from(await x.data());
}

describe("autograd", () => {
  it("sums the gradients of every use, and gives none for no use", async () => {
    const [x, unused] = [tensor([1, 2]), tensor([5])];
    const { value, grads } = gradientsOf(() => add(mul(x, x), x).sum(), [x, unused]);
    expect(await value.item()).toBe(8);
    expect(await values(grads[0]!)).toEqual([3, 5]);
    expect(grads[1]).toBeUndefined();
  });

  it("undoes broadcasting", async () => {
    const { grads } = valueAndGrad((a: Tensor, b: Tensor) => mul(a, b).sum())(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      tensor([[2], [3]]),
    );
    expect(await grads[0].toArray()).toEqual([
      [2, 2, 2],
      [3, 3, 3],
    ]);
    expect(await grads[1].toArray()).toEqual([[6], [15]]);
  });

  it("differentiates twice", async () => {
    const x = tensor([0.5, -1], { dtype: "f64" });
    const [second] = grad((y: Tensor) => sum(grad((z: Tensor) => sum(mul(square(z), z)))(y)[0]))(x);
    expect(await values(second)).toEqual([3, -6]);
  });

  it("leaves what f returns to the outer tape, and to the caller", async () => {
    const x = tensor([2, 3]);
    const [second] = grad((y: Tensor) => sum(square(grad((z: Tensor) => prod(z))(y)[0])))(x);
    expect(await values(second)).toEqual([4, 6]);
    const w = tensor(5);
    expect(await values(grad((y: Tensor) => (y.size > 0 ? w : y))(x)[0])).toEqual([0, 0]);
    expect(await values(w)).toEqual([5]);
  });

  it("takes trees of arguments and keeps what rides along", async () => {
    const f = valueAndGrad((p: { w: Tensor; b: Tensor[] }) => [mul(p.w, p.b[0]!).sum(), p.w.neg()] as const);
    const { value, grads } = f({ w: tensor([2]), b: [tensor([3])] });
    expect(await value[1].item()).toBe(-2);
    expect(await grads[0].w.item()).toBe(3);
    expect(await grads[0].b[0]!.item()).toBe(2);
  });

  it("gives the same gradient with checkpoint, and recomputes", async () => {
    const x = tensor([0.3, -0.7]);
    let runs = 0;
    const body = (): Tensor => {
      runs++;
      return silu(exp(x)).mul(x);
    };
    const plain = gradientsOf(() => body().sum(), [x]);
    const again = gradientsOf(() => checkpoint(body, [x]).sum(), [x]);
    expect(await values(again.grads[0]!)).toEqual(await values(plain.grads[0]!));
    expect(runs).toBe(3);
  });

  it("gives the gradient once through checkpoints that give back what they get, or list it twice", async () => {
    const x = tensor([3, -4]);
    const same = gradientsOf(() => {
      const y = mul(x, 3);
      return add(
        checkpoint(() => y, [y]),
        checkpoint(() => x, [x]),
      ).sum();
    }, [x]);
    expect(await values(same.grads[0]!)).toEqual([4, 4]);
    const twice = gradientsOf(() => checkpoint(() => square(x), [x, x]).sum(), [x]);
    expect(await values(twice.grads[0]!)).toEqual([6, -8]);
  });

  it("refuses a checkpoint that does not list what gradients flow to", async () => {
    const [x, w] = [tensor([3, 4]), tensor([1, 2])];
    const of = (f: () => Tensor): Tensor | undefined => gradientsOf(() => checkpoint(f, [x]).sum(), [x, w]).grads[1];
    const lost = /checkpoint: wrt must list Tensor f32\[2\] on cpu, which gradients flow to/;
    expect(() => of(() => mul(x, w))).toThrow(lost);
    expect(() => of(() => w)).toThrow(lost);
    expect(() => of(() => checkpoint(() => mul(x, w), [x]))).toThrow(lost);
    expect(() => of(() => tidy(() => mul(x, capture(exp)(w))))).toThrow(lost);
    expect(of(() => noGrad(() => mul(x, w)))).toBeUndefined();
    expect(await values(gradientsOf(() => checkpoint(() => mul(x, w), [x]).sum(), [x]).grads[0]!)).toEqual([1, 2]);
  });

  it("computes vector-Jacobian products of several outputs", async () => {
    const x = tensor([1, 2]);
    const { grads } = vjp(() => [square(x), exp(mul(x, 0))], [x], [tensor([10, 1]), tensor([1, 1])]);
    expect(await values(grads[0]!)).toEqual([20, 4]);
  });

  it("sees nothing inside noGrad", async () => {
    const x = tensor([3]);
    expect(
      await values(
        gradientsOf(
          () =>
            add(
              mul(x, 2),
              noGrad(() => square(x)),
            ).sum(),
          [x],
        ).grads[0]!,
      ),
    ).toEqual([2]);
  });

  it("allows tidy inside a differentiated function", async () => {
    const x = tensor([1, 2]);
    const [first, second] = await values(gradientsOf(() => tidy(() => mul(exp(x), exp(x))).sum(), [x]).grads[0]!);
    expect(first).toBeCloseTo(2 * Math.exp(2), 5);
    expect(second).toBeCloseTo(2 * Math.exp(4), 4);
  });

  it("leaves nothing behind but value and gradients", () => {
    const device = createCpuDevice();
    const x = tensor([1, 2, 3], { device });
    const step = (): void => {
      const { value, grads } = gradientsOf(() => silu(mul(exp(x), x)).sum(), [x]);
      value.dispose();
      grads[0]!.dispose();
    };
    step();
    const { usedBytes } = device.memory;
    for (let i = 0; i < 5; i++) step();
    expect(device.memory.usedBytes).toBe(usedBytes);
  });

  it("keeps apart an input and a reference that returns it as its output", async () => {
    const same = definePrimitive({
      name: "same",
      inputs: ["x"],
      outputs: ["y", "z"],
      infer: ({ x }) => ({ y: x, z: x }),
      reference: ({ x }) => ({ y: x, z: x }),
      cases: [],
    });
    const x = tensor([1, 2]);
    const { value, grads } = gradientsOf(() => {
      const { y, z } = apply(same, { x }, undefined);
      return add(mul(y, 3), z).sum();
    }, [x]);
    expect(await value.item()).toBe(12);
    expect(await values(grads[0]!)).toEqual([4, 4]);
    expect(await values(x)).toEqual([1, 2]);
  });

  it("says that the value must be a scalar", () => {
    expect(() => gradientsOf(() => tensor([1, 2]), [])).toThrow(
      "grad: f must return a scalar to differentiate; got shape [2]. Take its sum() or mean().",
    );
  });
});
