// Experts on every device: against plain loops in doubles, and where routing is at its ends.
import { Builder, Experts, expertLinear, expertRouting, groupByExpert } from "@x/nn";
import {
  capture,
  createCpuDevice,
  type Device,
  type HostArray,
  hostNormal,
  mul,
  sum,
  tensor,
  type Tensor,
  vjp,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { d, distance, drawn, kinds, layer, rowsOf } from "./experts-oracle.ts";

const devices: readonly (readonly [string, Device])[] = [
  ["cpu", createCpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

const ints = (data: readonly number[], shape: readonly number[], device: Device): Tensor =>
  tensor(Int32Array.from(data), { shape, device });

describe.each(devices)("on %s", (_, device) => {
  it.each(["softmax, gated", "softmax over all", "sigmoid, everything"])("%s", async (name) => {
    const options = kinds[name]!;
    const { experts, values } = drawn(options, device);
    for (const t of [1, 40]) {
      const x = hostNormal({ seed: 6, stream: t }, t * d);
      const y = experts.forward(tensor(x, { shape: [t, d], device }));
      expect(distance(await y.data(), layer(rowsOf([...x], d), d, options, values))).toBeLessThan(1e-4);
    }
    experts.dispose();
  });

  it("a router of NaN chooses experts all the same, each once", async () => {
    for (const options of [{}, { routing: "sigmoid" }, { routing: "sigmoid", groups: 4, topGroups: 2 }] as const) {
      const [t, e, k] = [6, 16, 5];
      const logits = Float32Array.from({ length: t * e }, (_, i) =>
        i < e ? NaN : i % 3 === 0 ? NaN : i % 5 === 0 ? Infinity : i % 7 === 0 ? -Infinity : i,
      );
      const { ids, weights } = expertRouting(tensor(logits, { shape: [t, e], device }), k, options);
      for (const row of rowsOf([...(await ids.data())], k)) {
        expect(new Set(row).size).toBe(k);
        for (const id of row) expect(id).toBeGreaterThanOrEqual(0);
        for (const id of row) expect(id).toBeLessThan(e);
      }
      expect([...(await weights.data())].slice(0, k)).toEqual(Array<number>(k).fill(NaN));
    }
    const experts = new Experts(d, { count: 4, perToken: 2, width: 4, builder: new Builder({ device }) });
    const y = experts.forward(tensor(new Float32Array(20 * d).fill(NaN), { shape: [20, d], device }));
    expect([...(await y.data())].every(Number.isNaN)).toBe(true);
    experts.dispose();
  });

  it("chooses lower indices of equal ones", async () => {
    const { ids } = expertRouting(tensor([[0, 1, -0, 1, 0, 1]], { device }), 4);
    expect(await ids.toArray()).toEqual([[1, 3, 5, 0]]);
    const grouped = expertRouting(tensor([Array<number>(8).fill(0.5)], { device }), 3, {
      routing: "sigmoid",
      groups: 4,
      topGroups: 2,
    });
    expect(await grouped.ids.toArray()).toEqual([[0, 1, 2]]);
  });

  it("all tokens to one expert, and none to others, whose gradient is 0", async () => {
    const [t, e, n, k] = [70, 3, 5, 9];
    const x = tensor(hostNormal({ seed: 1, stream: 1 }, t * k), { shape: [t, 1, k], device });
    const weight = tensor(hostNormal({ seed: 1, stream: 2 }, e * n * k), { shape: [e, n, k], device });
    const ids = ints(Array<number>(t).fill(1), [t, 1], device);
    const groups = groupByExpert(ids, e);
    expect(await groups.offsets.toArray()).toEqual([0, 0, t, t]);
    const run = (): Promise<HostArray[]> => {
      const { value, grads } = vjp(
        () => [expertLinear(x, weight, ids, { groups })],
        [x, weight],
        [tensor(hostNormal({ seed: 1, stream: 3 }, t * n), { shape: [t, 1, n], device })],
      );
      return Promise.all([...value, ...grads].map((one) => one.data()));
    };
    const [y, gradX, gradWeight] = (await run()) as [HostArray, HostArray, HostArray];
    const direct = await expertLinear(x, weight, ids).data();
    expect(distance(y, [...direct])).toBeLessThan(1e-5);
    for (const other of [0, 2])
      expect([...gradWeight].slice(other * n * k, (other + 1) * n * k).every((v) => v === 0)).toBe(true);
    expect([...gradWeight].slice(n * k, 2 * n * k).every((v) => v !== 0)).toBe(true);
    expect(await run()).toEqual([y, gradX, gradWeight]);
  });

  it("a captured step of training agrees with an eager one, and with itself bit for bit", async () => {
    const { experts } = drawn(kinds["sigmoid, everything"]!, device);
    const values = experts.parameters().map(({ value }) => value);
    const step = (x: Tensor): Tensor[] => {
      const { value, grads } = vjp(() => [sum(mul(experts.forward(x), 0.5))], values, [tensor(1, { device })]);
      return [...value, ...grads];
    };
    const captured = capture(step);
    const x = tensor(hostNormal({ seed: 9, stream: 1 }, 30 * d), { shape: [30, d], device });
    const data = (all: readonly Tensor[]): Promise<HostArray[]> => Promise.all(all.map((one) => one.data()));
    const first = await data(captured(x));
    expect(await data(captured(x))).toEqual(first);
    const eager = await data(step(x));
    for (const [i, got] of first.entries()) expect(distance(got, [...eager[i]!])).toBeLessThan(1e-5);
    experts.dispose();
  });
});
