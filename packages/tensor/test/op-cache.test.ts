// What devices keep for ops: made once for the same parameters and specs, anew for others.
import { expect, test } from "vitest";
import { BoundedCache } from "@x/base";
import { OpCache } from "../src/device/op-cache.ts";
import { definePrimitive, type Spec } from "../src/primitive.ts";

const primitive = (): Parameters<OpCache<number>["get"]>[0] =>
  definePrimitive({
    name: "same",
    inputs: ["x"],
    outputs: ["y"],
    infer: ({ x }) => ({ y: x }),
    cases: [],
  }) as unknown as Parameters<OpCache<number>["get"]>[0];

test("makes a thing once for a primitive, its parameters and the specs of its inputs", () => {
  const kept = new OpCache<number>(new BoundedCache(512));
  let made = 0;
  const [one, other] = [primitive(), primitive()];
  const get = (of: typeof one, x: Spec, params: unknown): number => kept.get(of, { x }, params, () => made++);
  const x: Spec = { shape: [2, 3], dtype: "f32" };
  expect(get(one, x, { axis: 1 })).toBe(0);
  expect(get(one, { ...x }, { axis: 1 })).toBe(0);
  const different = [
    get(other, x, { axis: 1 }),
    get(one, { ...x, shape: [23] }, { axis: 1 }),
    get(one, { ...x, dtype: "i32" }, { axis: 1 }),
    get(one, x, { axis: 0 }),
  ];
  expect(different).toEqual([1, 2, 3, 4]);
  expect(kept.get(one, { x, z: x }, { axis: 1 }, () => made++)).toBe(5);
});

test("keeps that there is nothing, and forgets the oldest of very many shapes", () => {
  const kept = new OpCache<number | undefined>(new BoundedCache(512));
  const of = primitive();
  let made = 0;
  const get = (size: number): number | undefined =>
    kept.get(of, { x: { shape: [size], dtype: "f32" } }, undefined, () => void made++);
  get(1);
  get(1);
  expect(made).toBe(1);
  for (let size = 2; size <= 513; size++) get(size);
  get(1);
  expect(made).toBe(514);
});

test("parameters that JSON would write alike have keys of their own, and their changes are seen", () => {
  const kept = new OpCache<number>(new BoundedCache(512));
  const of = primitive();
  let made = 0;
  const values = [
    Infinity,
    -Infinity,
    NaN,
    null,
    undefined,
    0,
    -0,
    "0",
    "null",
    [1, 2],
    ["1,2"],
    [[1], 2],
    { a: 1 },
    { a: undefined },
    {},
    true,
    "true",
  ];
  expect(values.map((value) => kept.get(of, {}, { value }, () => made++))).toEqual(values.map((_, i) => i));
  const params = { axis: 0 };
  const copies = [0, 1].map((axis) => {
    params.axis = axis;
    let copy: unknown;
    kept.get(of, {}, params, (given) => ((copy = given), made++));
    return copy;
  });
  expect(copies).toEqual([{ axis: 0 }, { axis: 1 }]);
  expect(() => kept.get(of, {}, { by: (x: number) => x }, () => made++)).toThrow(
    "same: parameters.by: must be plain data",
  );
});
