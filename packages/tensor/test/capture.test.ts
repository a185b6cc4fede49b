// capture: a replay computes what the function computes, with dead code dropped, chains fused and memory shared.
import {
  add,
  apply,
  capture,
  cast,
  createCpuDevice,
  cpuDevice,
  definePrimitive,
  exp,
  gradientsOf,
  matmul,
  mul,
  reshape,
  sigmoid,
  silu,
  type Spec,
  sub,
  sum,
  tensor,
  type Tensor,
  tidy,
} from "@x/tensor";
import { describe, expect, it } from "vitest";
import { makePlan } from "../src/capture/plan.ts";
import { Recorder, symbolic } from "../src/capture/recorder.ts";
import { tracers, withRecorder } from "../src/autograd/tracers.ts";

/** x += 1 in place. */
const incrementPrimitive = definePrimitive({
  name: "increment",
  inputs: ["x"],
  outputs: [],
  mutates: ["x"],
  infer: () => ({}),
  cases: [],
  cpu: ({ x }) => void x.data.forEach((value, i) => (x.data[i] = value + 1)),
});
const increment = (x: Tensor): void => void apply(incrementPrimitive, { x }, undefined);

async function values(x: Tensor): Promise<number[]> {
  return Array.from(await x.data());
}

describe("capture", () => {
  it("gives the same bits as the plain call, at every replay and for every shape", async () => {
    const w = tensor([
      [0.5, -1],
      [2, 0.25],
    ]);
    const f = (x: Tensor): Tensor => silu(matmul(x, w)).mul(sigmoid(x)).sub(x.mul(2)).sum([1]);
    const captured = capture(f);
    for (const rows of [3, 1, 3]) {
      const x = tensor(Array.from({ length: rows }, (_, i) => [i, 1 - i]));
      expect(await values(captured(x))).toEqual(await values(f(x)));
    }
    expect(captured.plans).toBe(2);
  });

  it("captures gradients", async () => {
    const w = tensor([1, -2, 3]);
    const loss = (x: Tensor): Tensor => exp(mul(x, w)).mul(w).sum();
    const step = (x: Tensor): Tensor => gradientsOf(() => loss(x), [w]).grads[0]!;
    const x = tensor([0.1, 0.2, 0.3]);
    expect(await values(capture(step)(x))).toEqual(await values(step(x)));
  });

  it("reads closed-over tensors as they are at each call, and writes in place each time", async () => {
    const state = tensor([1, 2]);
    const step = capture((x: Tensor) => {
      const before = add(x, state);
      increment(state);
      return [before, add(x, state)] as const;
    });
    for (const turn of [0, 1]) {
      const [before, after] = step(tensor([10, 20]));
      expect(await values(before)).toEqual([11 + turn, 22 + turn]);
      expect(await values(after)).toEqual([12 + turn, 23 + turn]);
    }
    expect(await values(state)).toEqual([3, 4]);
  });

  it("does not move a computation across a write to what it reads", async () => {
    const state = tensor([1]);
    const step = capture((x: Tensor) => {
      const doubled = mul(state, 2);
      increment(state);
      return sub(doubled, x);
    });
    expect(await values(step(tensor([0])))).toEqual([2]);
    expect(await values(step(tensor([0])))).toEqual([4]);
  });

  it("returns arguments, closed-over tensors and reshapes of results", async () => {
    const constant = tensor([7, 8]);
    const f = capture((x: Tensor) => {
      const y = add(x, 1);
      return { x, constant, y, column: reshape(y, [2, 1]) };
    });
    const x = tensor([1, 2]);
    const { y, ...rest } = f(x);
    y.dispose();
    expect(await values(rest.column)).toEqual([2, 3]);
    rest.x.dispose();
    rest.constant.dispose();
    expect(await values(x)).toEqual([1, 2]);
    expect(await values(constant)).toEqual([7, 8]);
  });

  it("passes other arguments into the plan", async () => {
    const f = capture((x: Tensor, { times }: { times: number }) => mul(x, times));
    expect(await values(f(tensor([1]), { times: 2 }))).toEqual([2]);
    expect(await values(f(tensor([1]), { times: 3 }))).toEqual([3]);
  });

  it("infers a primitive that runs its reference once, and again where its inputs or parameters are others", async () => {
    let inferred = 0;
    const scalePrimitive = definePrimitive({
      name: "scale",
      inputs: ["x"],
      outputs: ["y"],
      cases: [],
      infer: ({ x }: { readonly x: Spec }) => {
        inferred++;
        return { y: x };
      },
      reference: ({ x }, { by }) => ({ y: by > 4 ? mul(add(x, 0), by) : mul(x, by) }),
    });
    const scale = (x: Tensor, by: number): Tensor => apply(scalePrimitive, { x }, { by }).y;
    const [short, long] = [tensor([1, 2]), tensor([1, 2, 3])];
    let [by, middle] = [2, short];
    const f = (x: Tensor): Tensor => add(scale(x, 3), add(sum(scale(middle, by)), scale(x, 1)));
    const captured = capture(f);
    const agree = async (): Promise<number> => {
      const before = inferred;
      const got = await values(captured(tensor([1, 2])));
      const during = inferred - before;
      expect(got).toEqual(await values(f(tensor([1, 2]))));
      return during;
    };
    expect([await agree(), await agree()]).toEqual([3, 0]);
    for (const next of [3, 5, 4]) {
      by = next;
      expect(await agree()).toBeGreaterThan(0);
      expect(await agree()).toBe(0);
    }
    middle = long;
    expect(await agree()).toBeGreaterThan(0);
    expect(await agree()).toBe(0);
  });

  it("refuses to read values while it records, in one clear sentence", () => {
    const f = capture((x: Tensor) => {
      void x.data();
      return x;
    });
    const reading = capture((x: Tensor) => {
      void add(x, 1).storage.block;
      return x;
    });
    expect(() => reading(tensor([1]))).toThrow(/capture: values do not exist while a function is being recorded/);
    expect(() => f(tensor([1]))).toThrow(/data\(\) must not be called in a captured function/);
    expect(tracers.recorder).toBeNull();
  });

  it("frees everything it held when disposed", () => {
    const device = createCpuDevice();
    const w = tensor([1, 2, 3], { device });
    const f = capture((x: Tensor) => sum(mul(exp(x), w)));
    const x = tensor([1, 1, 1], { device });
    f(x).dispose();
    f.dispose();
    const { usedBytes } = device.memory;
    f(x).dispose();
    f.dispose();
    expect(device.memory.usedBytes).toBe(usedBytes);
  });
});

describe("the plan", () => {
  const record = (f: (x: Tensor) => Tensor): { ops: string[]; blocks: number } => {
    const recorder = new Recorder();
    return tidy(() => {
      const x = symbolic({ shape: [8], dtype: "f32" }, cpuDevice());
      const y = withRecorder(recorder, () => f(x));
      const { nodes, results } = recorder.finish([y]);
      const plan = makePlan(nodes, results, new Map(), null);
      return { ops: plan.nodes.map(({ primitive }) => primitive.name), blocks: plan.blockBytes.length };
    });
  };

  it("drops what nothing needs", () => {
    expect(
      record((x) => {
        exp(x);
        return sum(x);
      }).ops,
    ).toEqual(["sum"]);
  });

  it("fuses chains of one reader into that reader", () => {
    expect(record((x) => sum(silu(add(x, 1)).mul(sub(x, 2)))).ops).toEqual(["fused", "sum"]);
  });

  it("keeps a value with two readers in memory", () => {
    expect(
      record((x) => {
        const e = exp(x);
        return add(sum(e), e);
      }).ops,
    ).toEqual(["exp", "sum", "add"]);
  });

  it("shares memory between values that are not alive together", () => {
    const chain = record((x) => {
      let y = x;
      for (let i = 0; i < 6; i++) y = y.mul(sum(y));
      return y;
    });
    expect(chain.blocks).toBeLessThanOrEqual(3);
  });
});

it("a chain that is recorded again is the same program, and one of other ops, types or shapes is not", async () => {
  const device = createCpuDevice();
  const programs = (): number => device.stats.caches["programs"]!.size;
  const once = async (fn: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> => {
    const captured = capture(fn);
    const y = captured(x);
    const values = [...(await y.data())];
    captured.dispose();
    y.dispose();
    return values;
  };
  const x = tensor([1, -2, 3], { device });
  const chain = (value: Tensor): Tensor => add(mul(value, 2), 1);
  expect(await once(chain, x)).toEqual([3, -3, 7]);
  const held = programs();
  for (let i = 0; i < 5; i++) expect(await once(chain, x)).toEqual([3, -3, 7]);
  expect(programs()).toBe(held);
  expect(await once((value) => add(mul(value, value), 1), x)).toEqual([2, 5, 10]);
  expect(await once((value) => mul(add(value, 2), 1), x)).toEqual([3, 0, 5]);
  expect(await once(chain, tensor([[1, -2]], { device }))).toEqual([3, -3]);
  expect(await once((value) => cast(mul(cast(value, "i32"), 2), "f32"), tensor([1.9, -2.5], { device }))).toEqual([
    2, -4,
  ]);
  expect(await once((value) => cast(mul(cast(value, "u32"), 2), "f32"), tensor([1.9, -2.5], { device }))).toEqual([
    2, 0,
  ]);
  expect(programs()).toBeGreaterThan(held + 3);
});
