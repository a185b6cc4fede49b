// A tape tells tensors apart by object and gradients are memory like any other: one tensor in the place of two, writing to what a gradient is computed from, and writing to a
// gradient, for every exported primitive.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { caseInputs, difference, differentiable, inputsOf, primitivesOf, testedCases } from "../src/index.ts";

const { apply, assign, constant, grad, gradientsOf, mul, ones, vjp } = tensor;
const device = tensor.cpuDevice();
type Inputs = Readonly<Record<string, tensor.Tensor>>;

/** Outputs that gradients flow from. */
const outputsOf = (primitive: tensor.Primitive, inputs: Inputs, params: unknown): tensor.Tensor[] =>
  Object.entries(apply(primitive, inputs, params))
    .filter(([name, { dtype }]) => tensor.isFloat(dtype) && !primitive.saved?.includes(name))
    .map(([, output]) => output);

const floats = (inputs: Inputs): string[] => Object.keys(inputs).filter((name) => tensor.isFloat(inputs[name]!.dtype));

/** The case with a gradient that reads the most inputs. */
const caseOf = (primitive: tensor.Primitive): tensor.Case | undefined =>
  testedCases(primitive)
    .filter((one) => {
      const inputs = caseInputs(primitive, one, device);
      return floats(inputs).length > 0 && outputsOf(primitive, inputs, one.params).length > 0;
    })
    .toSorted((a, b) => inputsOf(b).length - inputsOf(a).length)[0];

const gradientsFor = (primitive: tensor.Primitive, inputs: Inputs, params: unknown, wrt: tensor.Tensor[]) => {
  const seeds = outputsOf(primitive, inputs, params).map((output) => ones(output.shape, { dtype: output.dtype }));
  return vjp(() => outputsOf(primitive, inputs, params), wrt, seeds).grads;
};

const tested = [...primitivesOf(tensor), ...primitivesOf(nn)].filter(
  (primitive) => differentiable(primitive) && caseOf(primitive),
);

describe.each(tested.map((primitive) => [primitive.name, primitive, caseOf(primitive)!] as const))(
  "%s",
  (_, primitive, one) => {
    it("adds the gradients of one tensor in the place of two", async () => {
      const inputs = caseInputs(primitive, one, device);
      const names = floats(inputs);
      for (const a of names)
        for (const b of names) {
          const [x, other] = [inputs[a]!, inputs[b]!];
          if (a >= b || x.dtype !== other.dtype || !tensor.sameShape(x.shape, other.shape)) continue;
          const twin = mul(x, 1);
          const apart = gradientsFor(primitive, { ...inputs, [b]: twin }, one.params, [x, twin]);
          const [together] = gradientsFor(primitive, { ...inputs, [b]: x }, one.params, [x]);
          const want = await tensor.add(apart[0]!, apart[1]!).data();
          expect(difference(await together!.data(), want).ratio, `${a} and ${b}`).toBeLessThan(1e-5);
        }
    });

    it("gives gradients that share no memory", () => {
      const inputs = caseInputs(primitive, one, device);
      const wrt = floats(inputs).map((name) => inputs[name]!);
      const { grads } = gradientsOf(
        () =>
          outputsOf(primitive, inputs, one.params)
            .map((y) => tensor.cast(y, "f32").sum())
            .reduce((a, b) => a.add(b)),
        [...wrt, wrt[0]!],
      );
      const memory = grads.filter((grad) => grad && !grad.isView).map((grad) => grad!.storage);
      expect(new Set(memory).size).toBe(memory.length);
    });

    it.each(["eager", "captured"])("refuses writing to what its gradient is computed from, %s", (form) => {
      const inputs = caseInputs(primitive, one, device);
      const copies = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, tensor.contiguous(x)]));
      for (const target of Object.keys(inputs)) {
        const written = (...given: tensor.Tensor[]): tensor.Tensor[] => {
          const named = Object.fromEntries(Object.keys(inputs).map((name, i) => [name, given[i]!]));
          const first = named[floats(inputs)[0]!]!;
          return gradientsOf(() => {
            const [y] = outputsOf(primitive, named, one.params);
            assign(named[target]!, copies[target]!);
            return y!.sum();
          }, [first]).grads.map((grad) => grad!);
        };
        const run = form === "eager" ? written : tensor.capture(written);
        expect(() => run(...Object.values(inputs)), target).toThrow(
          /^assign: (writes in place and must not be applied|target is written in place)/,
        );
      }
    });
  },
);

it("differentiates by each argument alone where one tensor is given twice", async () => {
  const x = tensor.tensor([2, 5]);
  const [a, b] = grad((one: tensor.Tensor, other: tensor.Tensor) => one.mul(other).mul(other).sum())(x, x);
  expect([await a.toArray(), await b.toArray()]).toEqual([
    [4, 25],
    [8, 50],
  ]);
  const [twice] = grad((pair: readonly [tensor.Tensor, tensor.Tensor]) => pair[0].mul(pair[1]).sum())([x, x]);
  expect(await twice[1].toArray()).toEqual([2, 5]);
  const hessian = grad((y: tensor.Tensor) =>
    grad((one: tensor.Tensor, other: tensor.Tensor) => one.mul(one).mul(other).sum())(y, y)[0].sum(),
  );
  expect(await hessian(x)[0].toArray()).toEqual([8, 20]);
});

it.each(["eager", "captured"])("gives gradients that may be written to, %s", async (form) => {
  const x = tensor.tensor(3);
  const seed = tensor.tensor([1, 2]);
  const pair = tensor.tensor([3, 4]);
  const all = (scalar: tensor.Tensor, vector: tensor.Tensor, weights: tensor.Tensor): tensor.Tensor[] =>
    [
      ...gradientsOf(() => scalar, [scalar, scalar]).grads,
      ...gradientsOf(() => vector.add(weights).sum(), [vector, weights]).grads,
    ].map((grad) => grad!);
  const grads = (form === "eager" ? all : tensor.capture(all))(x, pair, seed);
  for (const [i, one] of grads.entries()) {
    assign(one, tensor.full(one.shape, 9));
    for (const later of grads.slice(i + 1)) expect(await later.toArray()).not.toContain(9);
  }
  expect(await seed.toArray()).toEqual([1, 2]);
  expect(await tensor.tensor([1]).add(1).toArray()).toEqual([2]);
});

it("refuses writing to a number that the device keeps", async () => {
  expect(() => assign(constant(2, "f32", device), tensor.tensor(3))).toThrow(
    /^assign: target is written in place, .* must be no constant/,
  );
  const write = tensor.capture((target: tensor.Tensor) => assign(target.reshape([1]), tensor.tensor([3])));
  expect(() => write(constant(2, "f32", device))).toThrow(/constant/);
  expect(await tensor.tensor(2).mul(2).item()).toBe(4);
});
