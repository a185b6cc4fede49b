// Ids that name no element, in every function that takes ids: the CPU raises before it computes, a GPU at the reads of what depends on them and at no other, by the same name, eager and captured, whatever the dtype of the result.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import * as nn from "@x/nn";
import * as tensors from "@x/tensor";
import {
  capture,
  checkIds,
  cpuDevice,
  type Device,
  embedding,
  gather,
  indexAdd,
  indexSelect,
  oneHot,
  ones,
  type Primitive,
  quantize,
  reshape,
  scatter,
  scatterAdd,
  tensor,
  type Tensor,
  webgpuDevice,
} from "@x/tensor";

const gpu = await webgpuDevice({ device: await sharedGpu() });
const devices: Readonly<Record<string, Device>> = { cpu: cpuDevice(), webgpu: gpu };
afterAll(() => gpu.dispose());

const n = 5;
const tables = new Map(
  Object.values(devices).map((device) => [device, new nn.Embedding(n, 4, { builder: new nn.Builder({ device }) })]),
);
const count = 4;

interface IdCase {
  /** what the error names; default: the function */
  readonly op?: string;
  /** of ids `[4]`, i32 or u32, each in [0, 5) */
  readonly call: (ids: Tensor, device: Device) => Tensor;
  readonly i32Only?: true;
  /** an id outside of the range that is right */
  readonly except?: number;
}

const table = (device: Device, dtype: "f32" | "i32" = "f32"): Tensor =>
  tensor(
    Array.from({ length: n }, (_, i) => [i, i + 1, i + 2, i + 3]),
    { device, dtype },
  );
const row = (device: Device, size: number, dtype: "f32" | "i32" = "f32"): Tensor =>
  tensor(
    Array.from({ length: size }, (_, i) => i + 1),
    { device, dtype },
  );
const places = (ids: Tensor): Tensor => reshape(ids, [2, 2]);
const matrices = (device: Device): Tensor => ones([n, 3, 4], { device });
const rows = (device: Device): Tensor => ones([2, 1, 4], { device });
const targets = { i32Only: true, except: -100 } as const;

const cases: Readonly<Record<string, IdCase>> = {
  embedding: { call: (ids, device) => embedding(table(device), ids) },
  "Embedding.forward": { op: "embedding", call: (ids, device) => tables.get(device)!.forward(ids) },
  indexSelect: { call: (ids, device) => indexSelect(table(device), 0, ids) },
  "indexSelect of integers": { op: "indexSelect", call: (ids, device) => indexSelect(table(device, "i32"), 0, ids) },
  gather: { call: (ids, device) => gather(row(device, n), 0, ids) },
  "gather of integers": { op: "gather", call: (ids, device) => gather(row(device, n, "i32"), 0, ids) },
  indexAdd: { call: (ids, device) => indexAdd(row(device, count), 0, ids, n) },
  scatterAdd: { call: (ids, device) => scatterAdd(row(device, count, "i32"), 0, ids, n) },
  scatter: { call: (ids, device) => scatter(row(device, n), 0, ids, row(device, count)) },
  "scatter of integers": {
    op: "scatter",
    call: (ids, device) => scatter(row(device, n, "i32"), 0, ids, row(device, count, "i32")),
  },
  'scatter, mode "add"': {
    op: "scatterAdd",
    call: (ids, device) => scatter(row(device, n), 0, ids, row(device, count), { mode: "add" }),
  },
  oneHot: { call: (ids) => oneHot(ids, n) },
  checkIds: { op: "mine", call: (ids) => checkIds("mine", ids, { size: n }) },
  crossEntropy: { ...targets, call: (ids, device) => nn.crossEntropy(ones([count, n], { device }), ids) },
  "crossEntropy of rows": {
    ...targets,
    op: "crossEntropy",
    call: (ids, device) => nn.crossEntropy(ones([count, n], { device }), ids, { reduction: "none" }),
  },
  linearCrossEntropy: {
    ...targets,
    op: "crossEntropy",
    call: (ids, device) => nn.linearCrossEntropy(ones([count, 4], { device }), table(device), ids),
  },
  groupByExpert: { i32Only: true, call: (ids) => nn.groupByExpert(places(ids), n).offsets },
  expertLinear: { i32Only: true, call: (ids, device) => nn.expertLinear(rows(device), matrices(device), places(ids)) },
  "expertLinear of groups": {
    op: "groupByExpert",
    i32Only: true,
    call: (ids, device) =>
      nn.expertLinear(rows(device), matrices(device), places(ids), { groups: nn.groupByExpert(places(ids), n) }),
  },
  expertQuantizedLinear: {
    i32Only: true,
    call: (ids, device) =>
      nn.expertQuantizedLinear(
        ones([2, 1, 32], { device }),
        quantize(new Float32Array(n * 32).fill(1), { shape: [n, 32], device }),
        n,
        places(ids),
      ),
  },
};

const right = [0, n - 1, 2, 2];
/** `right` with another id in the place of the third. */
const withId = (id: number): number[] => right.with(2, id);

/** What a call, and then a read, raise. */
async function raised(call: () => Tensor): Promise<string> {
  try {
    await call().data();
  } catch (error) {
    expect(error).toBeInstanceOf(tensors.ShapeError);
    return (error as Error).message;
  }
  return "nothing";
}

describe.each(Object.keys(cases))("%s", (name) => {
  const { op = name, call, i32Only, except } = cases[name]!;
  const wrong = [n, n + 1, 2 ** 31 - 1];
  const all = [
    { dtype: "i32", wrong: [-1, -101, -(2 ** 31), ...wrong] },
    ...(i32Only ? [] : [{ dtype: "u32", wrong: [2 ** 31, 2 ** 32 - 1, ...wrong] } as const]),
  ] as const;

  it.each(Object.keys(devices))("raises about every wrong id, and about no other, on %s", async (kind) => {
    const device = devices[kind]!;
    for (const { dtype, wrong } of all) {
      const ids = (values: readonly number[]): Tensor => tensor([...values], { dtype, device });
      const captured = capture((x: Tensor) => call(x, device));
      for (const run of [(x: Tensor) => call(x, device), captured]) {
        expect(await raised(() => run(ids(right)))).toBe("nothing");
        if (except !== undefined) expect(await raised(() => run(ids(withId(except))))).toBe("nothing");
        for (const id of wrong) {
          const message = await raised(() => run(ids(withId(id))));
          expect(message).toContain(`${op}: `); // on the CPU after the name of the function that calls it
          expect(message).toContain(`[0, ${n})`);
          expect(message).toContain(`got ${id}`);
        }
        expect(await raised(() => run(ids(right)))).toBe("nothing"); // the next call is another one
      }
      captured.dispose();
    }
  });
});

describe("on a GPU a wrong id is told", () => {
  const ids = (...values: number[]): Tensor => tensor(values, { dtype: "i32", device: gpu });
  const picked = (index: Tensor): Tensor => gather(row(gpu, n), 0, index);
  const message = (id: number): string => `gather: ids must lie in [0, 5); got ${id}.`;

  it("by each read of what depends on it, again and again, and by no other", async () => {
    const before = picked(ids(1));
    const [wrong, hot] = [picked(ids(7)), oneHot(ids(8), n)];
    const [derived, both, after] = [tensors.add(wrong, 1), tensors.add(wrong, tensors.sum(hot)), picked(ids(2))];
    for (const read of [before.data(), after.data(), ones([3], { device: gpu }).data()]) await read;
    for (let again = 0; again < 2; again++) {
      for (const read of [wrong, derived, both, reshape(wrong, [1, 1])])
        await expect(read.data()).rejects.toThrow(message(7));
      await expect(hot.data()).rejects.toThrow("oneHot: ids must lie in [0, 5); got 8.");
    }
    expect([...(await before.data()), ...(await after.data())]).toEqual([2, 3]);
    await gpu.sync(); // all were told
  });

  it("by all reads that overlap, each its own", async () => {
    const [a, b, other] = [picked(ids(7)), picked(ids(9)), picked(ids(3))];
    const reads = await Promise.allSettled([other.data(), b.data(), a.data(), a.item(), other.data()]);
    expect(reads.map((read) => (read.status === "rejected" ? (read.reason as Error).message : "read"))).toEqual([
      "read",
      message(9),
      message(7),
      message(7),
      "read",
    ]);
  });

  it("by sync, once, one op after the other, where nobody read", async () => {
    for (const id of [7, 9]) picked(ids(id)).dispose();
    await picked(ids(1)).data();
    await expect(gpu.sync()).rejects.toThrow(message(7));
    await expect(gpu.sync()).rejects.toThrow(message(9));
    await gpu.sync();
  });

  it("to the caller of a captured function whose arguments it was in, and to no other caller of it", async () => {
    const step = capture((x: Tensor) => tensors.mul(tensors.add(picked(x), 1), 2));
    const results = [1, 7, 2, -1, 3].map((id) => step(ids(id)));
    const other = oneHot(ids(0), n);
    const told = await Promise.allSettled([...results, other].map((result) => result.data()));
    expect(told.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(String((told[1] as PromiseRejectedResult).reason)).toContain(message(7));
    expect(String((told[3] as PromiseRejectedResult).reason)).toContain(message(-1));
    expect([...(await step(ids(4)).data())]).toEqual([12]); // memory that plans share holds nothing against it
    step.dispose();
  });

  it("by one read of what is written in place, which is good again after it or after an upload", async () => {
    for (const run of [
      (t: Tensor, x: Tensor) => tensors.assign(t, x),
      capture((t: Tensor, x: Tensor) => tensors.assign(t, x)),
    ]) {
      const target = row(gpu, 1);
      run(target, picked(ids(7)));
      await picked(ids(0)).data();
      await expect(target.data()).rejects.toThrow(message(7));
      await target.data();
      run(target, picked(ids(2)));
      expect([...(await target.data())]).toEqual([3]);
      run(target, picked(ids(9)));
      target.storage.upload(Float32Array.of(5));
      expect([...(await target.data())]).toEqual([5]);
      await expect(gpu.sync()).rejects.toThrow(message(9));
    }
  });

  it("of memory in an arena by one read, whichever part was written", async () => {
    const parts = [row(gpu, 1), row(gpu, 1)];
    tensors.assign(parts[0]!, picked(ids(7)));
    tensors.moveIntoArena(parts);
    await expect(parts[0]!.data()).rejects.toThrow(message(7));
    expect([...(await parts[1]!.data())]).toEqual([1]);
  });

  it("however many runs no read has looked at", async () => {
    const wrong = picked(ids(7));
    const right = Array.from({ length: 600 }, () => picked(ids(1)));
    const late = picked(ids(9));
    await right[599]!.data();
    await expect(late.data()).rejects.toThrow(message(9));
    await expect(wrong.data()).rejects.toThrow(message(7));
    await right[0]!.data();
  });
});

it("blocks of a vocabulary raise about targets in none of them", async () => {
  const small = await webgpuDevice({ device: await sharedGpu(), caps: { maxStorageBufferBindingSize: 4096 } });
  const v = 300;
  const loss = (target: number): Tensor =>
    nn.linearCrossEntropy(
      ones([2, 4], { device: small }),
      ones([v, 4], { device: small }),
      tensor(Int32Array.of(3, target), { device: small }),
    );
  expect(await raised(() => loss(v - 1))).toBe("nothing");
  for (const target of [v, -1])
    expect(await raised(() => loss(target))).toContain(
      `ropy: targets must be columns of the logits, in [0, ${v}), or -100, which is ignored; got ${target}`,
    );
  small.dispose();
});

it("routed experts are not looked at again on a GPU", () => {
  const ids = tensor([[0]], { dtype: "i32" });
  expect(() => nn.expertLinear(ones([1, 1, 4]), matrices(cpuDevice()), ids, { routed: 1 as never })).toThrow(
    "expertLinear: routed must be",
  );
  const ranges = (p: object): readonly { readonly known?: boolean }[] =>
    (nn.expertLinearPrimitive as unknown as Primitive).ids!(
      { x: rows(cpuDevice()), weight: matrices(cpuDevice()), ids },
      p,
    );
  expect(ranges({ transposed: false }).map(({ known }) => known)).toEqual([false]);
  expect(ranges({ transposed: false, routed: true }).map(({ known }) => known)).toEqual([true]);
});

it("every exported primitive with ids declares their range", () => {
  /** of integers that name no element of an axis, or are checked by the primitives they are made of */
  const others: Readonly<Record<string, string>> = {
    linear_cross_entropy: "made of cross_entropy and check_ids",
    linear_cross_entropy_train: "made of cross_entropy and check_ids",
  };
  const names = ["index", "ids", "targets"];
  const silent = Object.values({ ...tensors, ...nn } as Readonly<Record<string, unknown>>)
    .filter((value): value is Primitive => typeof value === "object" && value !== null && "infer" in value)
    .filter(({ name, inputs, ids }) => inputs.some((input) => names.includes(input)) && !ids && !(name in others))
    .map(({ name }) => name);
  expect(silent).toEqual([]);
});
