// Identity of recordings: a captured function gives what the plain call gives, whatever has changed since it was recorded: what it closes over, what it draws, which way it
// goes, on which device. Each case runs twice in lockstep, plainly and captured, and must agree bit for bit at every call.
import { Builder, Linear } from "@x/nn";
import {
  add,
  apply,
  assign,
  bernoulli,
  capture,
  cast,
  checkpoint,
  concat,
  cpuDevice,
  createCpuDevice,
  definePrimitive,
  type Device,
  DeviceError,
  DisposedError,
  dropoutMask,
  exp,
  full,
  gradientsOf,
  keep,
  leaves,
  matmul,
  moveIntoArena,
  mul,
  ones,
  randomNormal,
  reshape,
  silu,
  sub,
  sum,
  tensor,
  type Tensor,
  tidy,
  webgpuDevice,
  zeros,
  zerosInArena,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

type Fn = (...args: never[]) => unknown;

/** One world of a case: the function, and what is done before call `i`, whose arguments come back. */
interface World {
  readonly fn: Fn;
  readonly before: (i: number) => readonly unknown[];
  /** tensors that calls write to */
  readonly written?: () => readonly Tensor[];
}

async function numbersOf(result: unknown): Promise<unknown> {
  return [
    JSON.stringify(result, (_, value: unknown) =>
      typeof value === "object" && value !== null && "shape" in value ? "tensor" : value,
    ),
    await Promise.all(leaves(result).map((one) => one.toArray())),
  ];
}

const f32 = (device: Device, ...values: number[]): Tensor => tensor(values, { device });

/** Adds 1 to x where it lies. */
const increment = (x: Tensor): void => assign(x, add(x, 1));

const cases: Readonly<Record<string, (device: Device) => World>> = {
  "a number in the closure": (device) => {
    let weight = 1;
    const w = f32(device, 1, 2);
    return {
      fn: (x: Tensor) => sum(mul(mul(x, w), weight)),
      before: (i) => ((weight = [1, 1, 100, 100, -0, 0][i]!), [f32(device, i, 1)]),
    };
  },
  "a mask from a stream in the closure": (device) => {
    let stream = 0;
    return {
      fn: (x: Tensor) => mul(x, dropoutMask(x.shape, 0.5, { seed: 1, stream: stream++, device })),
      before: () => [ones([64], { device })],
    };
  },
  "other draws from streams": (device) => {
    let stream = 0;
    return {
      fn: () => [
        randomNormal([8], { seed: 2, stream: stream++, device }),
        cast(bernoulli([8], 0.5, { seed: 2, stream: stream++, device }), "f32"),
      ],
      before: () => [],
    };
  },
  "data uploaded inside": (device) => {
    let row = [0, 0];
    return {
      fn: (x: Tensor) => add(mul(x, tensor(row, { device })), full([2], row[0]!, { device })),
      before: (i) => ((row = [i, 2 * i]), [f32(device, 1, 2)]),
    };
  },
  "a tensor in the closure, replaced": (device) => {
    let w = f32(device, 1, 2);
    return {
      fn: (x: Tensor) => mul(x, w),
      before: (i) => (i % 2 === 1 && (w = f32(device, i, -i)), [f32(device, 3, 4)]),
    };
  },
  "a tensor in the closure, replaced by one of another shape, then type": (device) => {
    let w = f32(device, 1, 2);
    return {
      fn: (x: Tensor) => mul(x, cast(w, "f32")),
      before: (i) => (
        i === 1 && (w = tensor([[1], [2]], { device })),
        i === 2 && (w = tensor([3, 5], { device, dtype: "i32" })),
        [f32(device, 3, 4)]
      ),
    };
  },
  "two tensors in the closure that become one, and two again": (device) => {
    const [a, b] = [f32(device, 1, 2), f32(device, 5, 7)];
    let second = b;
    return {
      fn: (x: Tensor) => sub(mul(x, a), exp(second)),
      before: (i) => ((second = [b, a, b, a][i % 4]!), [f32(device, 0, 1)]),
    };
  },
  "one tensor in the closure that becomes two": (device) => {
    const [a, b] = [f32(device, 1, 2), f32(device, 5, 7)];
    let second = a;
    return {
      fn: (x: Tensor) => sub(mul(x, a), exp(second)),
      before: (i) => ((second = i < 2 ? a : b), [f32(device, 0, 1)]),
    };
  },
  "a branch": (device) => {
    let step = 0;
    return { fn: (x: Tensor) => (step++ % 3 === 2 ? exp(x) : silu(x)), before: (i) => [f32(device, i)] };
  },
  "more work at the end, and less": (device) => {
    let times = 1;
    return {
      fn: (x: Tensor) => {
        let y = x;
        for (let i = 0; i < times; i++) y = add(mul(y, y), 1);
        return sum(y);
      },
      before: (i) => ((times = [1, 3, 3, 2, 0, 1][i]!), [f32(device, 0.5, 0.25)]),
    };
  },
  "an axis, a shape, parameters": (device) => {
    let [axis, shape] = [0, [4]];
    return {
      fn: (x: Tensor) => reshape(sum(concat([x, x], axis), [axis]), shape),
      before: (i) => ((axis = i % 2), (shape = [[4], [1, 4]][(i >> 1) % 2]!), [ones([4, 4], { device })]),
    };
  },
  "parameters in an object that is changed in place": (device) => {
    const shape = [2, 3];
    const scaled = definePrimitive({
      name: "scaled",
      inputs: ["x"],
      outputs: ["y"],
      infer: ({ x }: { x: Tensor }, _p: { by: number[] }) => ({ y: x }),
      cases: [],
      reference: ({ x }: { x: Tensor }, { by }: { by: number[] }) => ({
        y: by.reduce((y: Tensor, factor) => mul(y, factor), x),
      }),
    });
    const params = { by: [2] };
    return {
      fn: (x: Tensor) => apply(scaled as never, { x: reshape(x, shape) } as never, params as never),
      before: (i) => ((params.by[i % 2] = i), i > 1 && shape.reverse(), [ones([6], { device })]),
    };
  },
  "loops that keep parameters which are changed in place": (device) => {
    const params = { add: 1 };
    const shifted = definePrimitive({
      name: "shifted",
      inputs: ["x"],
      outputs: ["y"],
      infer: ({ x }: { x: Tensor }, _p: { add: number }) => ({ y: { shape: x.shape, dtype: x.dtype } }),
      cases: [],
      ...(device.kind === "cpu"
        ? {
            cpu: (
              { x }: { x: { data: ArrayLike<number> } },
              { y }: { y: { data: { [i: number]: number } } },
              p: { add: number },
            ) => void Array.from(x.data).forEach((value, i) => (y.data[i] = value + p.add)),
          }
        : { reference: ({ x }: { x: Tensor }, p: { add: number }) => ({ y: add(x, p.add) }) }),
    } as never);
    return {
      fn: (x: Tensor) => apply(shifted, { x } as never, params as never),
      before: (i) => ((params.add = i), [f32(device, 10, 20)]),
    };
  },
  "what is written in place": (device) => {
    const state = f32(device, 0, 0, 0, 0);
    return {
      fn: (x: Tensor) => {
        const before = mul(add(x, state), 2);
        increment(state);
        return [before, add(x, state)];
      },
      before: (i) => [f32(device, i, 1, 2, 3)],
      written: () => [state],
    };
  },
  "an argument given twice, then not": (device) => {
    const [a, b] = [f32(device, 1, 2, 3, 4), f32(device, 5, 6, 7, 8)];
    return {
      fn: (x: Tensor, y: Tensor) => {
        const doubled = mul(y, 2);
        increment(x);
        return sub(doubled, y);
      },
      before: (i) =>
        [
          [a, b],
          [a, a],
          [b, a],
          [b, b],
        ][i % 4]!,
      written: () => [a, b],
    };
  },
  "an argument that is also in the closure": (device) => {
    const [state, other] = [f32(device, 1, 2, 3, 4), f32(device, 5, 6, 7, 8)];
    return {
      fn: (x: Tensor) => {
        const doubled = mul(x, 2);
        assign(state, exp(doubled));
        return sub(doubled, x);
      },
      before: (i) => (assign(state, f32(device, 0.1, 0.2, 0.3, i / 10)), [[other, state, other, state][i % 4]!]),
      written: () => [state, other],
    };
  },
  "parts of one block": (device) => {
    const [a, b, c] = zerosInArena([ones([64], { device }), ones([64], { device }), ones([64], { device })]) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    let [target, source] = [a, b];
    return {
      fn: (x: Tensor) => {
        const y = add(x, source);
        assign(target, y);
        return sum(mul(y, source));
      },
      before: (i) => (
        ([target, source] = (
          [
            [a, b],
            [b, b],
            [b, c],
            [a, a],
          ] as const
        )[i % 4]!),
        [full([64], i + 1, { device })]
      ),
      written: () => [a, b, c],
    };
  },
  "memory that moved": (device) => {
    const [a, b] = [f32(device, 1, 2), f32(device, 3)];
    return {
      fn: (x: Tensor) => (increment(a), add(mul(x, a), b)),
      before: (i) => (i === 2 && moveIntoArena([b, a]), [f32(device, i, 1)]),
      written: () => [a],
    };
  },
  "what is returned": (device) => {
    let i = 0;
    const w = f32(device, 9, 9);
    return {
      fn: (x: Tensor) => {
        const [y, z] = [exp(x), mul(x, 2)];
        i++;
        return [{ y, i }, { z, name: `call ${i}` }, { y: z, also: reshape(z, [2, 1]), x }, { w, y, no: null }, y][
          i % 5
        ];
      },
      before: (turn) => [f32(device, turn, 1)],
    };
  },
  "scopes and disposal inside": (device) => {
    let w = f32(device, 1, 2);
    return {
      fn: (x: Tensor) => {
        const y = tidy(() => mul(exp(x), add(w, 1)));
        w.dispose();
        const z = sum(y);
        y.dispose();
        return z;
      },
      before: (i) => ((w = f32(device, i, 3)), [f32(device, 0.1, 0.2)]),
    };
  },
  "gradients with respect to what changes": (device) => {
    let [a, b] = [
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { device },
      ),
      tensor(
        [
          [5, 6],
          [7, 8],
        ],
        { device },
      ),
    ];
    return {
      fn: (x: Tensor) => {
        const { value, grads } = gradientsOf(() => sum(silu(matmul(matmul(x, a), b))), [a]);
        return [value, ...grads];
      },
      before: (i) => (i % 2 === 1 && ([a, b] = [b, a]), [tensor([[i, 1]], { device })]),
    };
  },
  "recomputing switched on and off": (device) => {
    const w = f32(device, 0.5, -1);
    let on = false;
    const layer = (x: Tensor): Tensor => silu(mul(x, w));
    return {
      fn: (x: Tensor) => gradientsOf(() => sum(on ? checkpoint(() => layer(x), [x, w]) : layer(x)), [w]).grads,
      before: (i) => ((on = i % 3 === 1), [f32(device, i, 2)]),
    };
  },
  "a parameter's value, written and replaced": (device) => {
    const fc = new Linear(2, 2, { builder: new Builder({ device }) });
    return {
      fn: (x: Tensor) => fc.forward(x),
      before: (i) => {
        if (i === 1) fc.weight.write(Float32Array.of(1, 2, 3, 4));
        if (i === 2)
          fc.weight.value = tensor(
            [
              [4, 3],
              [2, 1],
            ],
            { device },
          );
        if (i === 4) moveIntoArena([fc.bias!.value, fc.weight.value]);
        return [tensor([[1, i]], { device })];
      },
    };
  },
};

describe.each([
  ["cpu", cpuDevice()],
  ["webgpu", gpu],
] as const)("%s", (_, device) => {
  it.each(Object.entries(cases))("%s: as the plain call", async (_name, make) => {
    const [plain, recorded] = [make(device), make(device)];
    const captured = capture(recorded.fn as (...args: unknown[]) => unknown);
    for (let i = 0; i < 6; i++) {
      const want = (plain.fn as (...args: unknown[]) => unknown)(...plain.before(i));
      const got = captured(...recorded.before(i));
      expect(await numbersOf(got), `call ${i}`).toEqual(await numbersOf(want));
      expect(await numbersOf(recorded.written?.()), `written at call ${i}`).toEqual(await numbersOf(plain.written?.()));
    }
    expect(captured.plans).toBeLessThanOrEqual(1); // one key: what is no longer done has no plan
    captured.dispose();
  });

  it("runs the function once per call, and keeps one plan while nothing but memory changes", () => {
    let calls = 0;
    let w = f32(device, 1);
    const f = capture((x: Tensor) => (calls++, mul(exp(x), w)));
    const before = device.stats.caches["plans"]?.misses ?? 0;
    for (let i = 1; i <= 5; i++) {
      w = f32(device, i);
      f(f32(device, i));
      expect(calls).toBe(i);
    }
    expect(device.stats.caches["plans"]!.misses - before).toBe(1);
    f.dispose();
  });

  it("leaves no memory behind: calls, other paths, errors", () => {
    const w = f32(device, 1, 2);
    let turn = 0;
    const f = capture((x: Tensor) => {
      turn++;
      const made = tensor([turn, 1], { device });
      const y = mul(exp(x), made);
      const { value, grads } = gradientsOf(
        () =>
          sum(
            mul(
              tidy(() => add(y, w)),
              turn % 3,
            ),
          ),
        [w],
      );
      if (turn % 4 === 0) throw new RangeError("enough");
      return turn % 5 === 0 ? [value] : [value, ...grads];
    });
    const x = f32(device, 1, 1);
    const run = (times: number): void => {
      for (let i = 0; i < times; i++) {
        try {
          for (const one of f(x)) one!.dispose();
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    };
    run(60);
    f.dispose();
    const used = device.memory.usedBytes;
    run(60);
    f.dispose();
    expect(device.memory.usedBytes).toBe(used);
  });

  it("leaves no memory behind where the first call throws", () => {
    const [w, x] = [ones([1024], { device }), ones([1024], { device })];
    const used = device.memory.usedBytes;
    const f = capture((y: Tensor) => {
      mul(y, w);
      throw new RangeError("at once");
    });
    for (let i = 0; i < 3; i++) expect(() => f(x)).toThrow(RangeError);
    const failing = capture((y: Tensor) => add(mul(y, w), ones([3], { device })));
    for (let i = 0; i < 3; i++) expect(() => failing(x)).toThrow(/add/);
    w.dispose();
    x.dispose();
    expect(device.memory.usedBytes).toBe(used - 2 * 4096);
    expect([f.plans, failing.plans]).toEqual([0, 0]);
  });

  it("raises about a closed-over tensor that was disposed of", () => {
    const w = f32(device, 1);
    const f = capture((x: Tensor) => mul(x, w));
    f(f32(device, 1));
    w.dispose();
    for (let i = 0; i < 2; i++) expect(() => f(f32(device, 1))).toThrow(DisposedError);
  });

  it("keeps few plans for many shapes and many functions, and evicted ones still work", async () => {
    const { plans: before } = device.stats.caches;
    const f = capture((x: Tensor) => mul(exp(x), sum(x)));
    const all = new Set<number>();
    for (let length = 1; length <= 400; length++) {
      f(ones([length], { device })).dispose();
      all.add(f.plannedBytes);
    }
    const { plans } = device.stats.caches;
    expect(plans!.limit).toBeLessThan(100);
    expect(plans!.size).toBeLessThanOrEqual(plans!.limit);
    expect(plans!.evictions - (before?.evictions ?? 0)).toBeGreaterThan(300);
    expect(f.plans).toBeLessThanOrEqual(plans!.limit);
    expect(await sum(f(ones([1], { device }))).item()).toBeCloseTo(Math.E, 5);
    f.dispose();
    expect([f.plans, f.plannedBytes]).toEqual([0, 0]);
  });

  it("refuses what it could only do at the wrong time", () => {
    const w = f32(device, 1, 2);
    const refused: readonly [string, () => unknown][] = [
      ["data()", () => w.data()],
      ["toArray()", () => w.toArray()],
      ["item()", () => sum(w).item()],
      ["moveIntoArena()", () => moveIntoArena([w, f32(device, 1)])],
      ["keep", () => keep(add(w, 1))],
      ["write()", () => new Linear(2, 2, { builder: new Builder({ device }) }).weight.write(new Float32Array(4))],
    ];
    for (const [name, use] of refused) {
      const f = capture(() => void use());
      expect(() => f(), name).toThrow(DeviceError);
      expect(() => f(), name).toThrow(`${name}`);
    }
  });
});

it("gives each device its own numbers, on that device", async () => {
  const other = createCpuDevice({ wasm: false });
  const f = capture((x: Tensor) => mul(x, 2));
  for (const device of [cpuDevice(), gpu, other, gpu, cpuDevice()]) {
    const y = f(f32(device, device.kind.length, 1));
    expect(y.device).toBe(device);
    expect(await y.toArray()).toEqual([2 * device.kind.length, 2]);
  }
  expect(f.plans).toBe(3);
  let where: Device = cpuDevice();
  const closed = capture(() => add(f32(where, 1), 1));
  for (const device of [cpuDevice(), gpu, other]) {
    where = device;
    const y = closed();
    expect(y.device).toBe(device);
    expect(await y.toArray()).toEqual([2]);
  }
  expect(() => capture((x: Tensor) => add(x, zeros([1], { device: gpu })))(f32(other, 1))).toThrow(
    /a and b must lie on one device/,
  );
});
