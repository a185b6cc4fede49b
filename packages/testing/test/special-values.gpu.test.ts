// Every elementwise op at NaN, infinities, both zeros, subnormal numbers and the ends of f32, and its gradient there: on every device, op by op and inside a captured chain, against
// an oracle in doubles with PyTorch's conventions. It reads the exported ops: a new one without an oracle fails.
import * as exported from "@x/tensor";
import {
  capture,
  clamp,
  cpuDevice,
  createCpuDevice,
  type Device,
  tensor,
  type Tensor,
  vjp,
  webgpuDevice,
  where,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { isPrimitive } from "../src/cases.ts";
import { elementwiseOracle, type OracleOp, specialNumbers } from "../src/elementwise-oracle.ts";

const webgpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
const devices: readonly (readonly [string, Device])[] = [
  ["loops", createCpuDevice({ wasm: false })],
  ["wasm", cpuDevice()],
  ["webgpu", webgpu],
];

type Op = (...operands: Tensor[]) => Tensor;

/** The exported rows of the table of elementwise ops. `share` is a part of the gradients of maximum and minimum; clamp takes numbers and has a test of its own below. */
const rowNames = Object.values(exported)
  .filter((value) => isPrimitive(value) && "row" in value)
  .map((primitive) => (primitive as { name: string }).name)
  .filter((name) => name !== "maximumBackward" && name !== "clamp");
/** Those, and what is made of several rows. */
const functions = Object.fromEntries(
  [...rowNames, "geluErf", "geluTanh"].map((name) => [name, (exported as unknown as Record<string, Op>)[name]!]),
);

/** Every combination of special numbers, operand by operand; bools are 0 and 1. */
function operandsOf({ arity, bools = [] }: OracleOp): number[][] {
  let rows: number[][] = [[]];
  for (let k = 0; k < arity; k++) {
    // Three operands: every second number, or there are too many.
    const numbers = bools.includes(k)
      ? [0, 1]
      : arity < 3
        ? specialNumbers
        : specialNumbers.filter((_, i) => i % 3 === 0);
    rows = rows.flatMap((row) => numbers.map((x) => [...row, x]));
  }
  return rows;
}

/** Whether two results are one: NaN with NaN, zeros by their sign, others within the op's error. */
function same(got: number, want: number, op: OracleOp, device: Device): boolean {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got);
  if (want === 0 && got === 0) return op.eitherZero === true || op.result === "bool" || Object.is(got, want);
  const relative = op.relative ?? (device.kind === "cpu" ? 1e-6 : 3e-5);
  const limit =
    Math.fround(Math.abs(want)) === Infinity ? 0 : (op.absolute ?? 0) + Math.abs(want) * relative + 2 ** -149;
  return Math.abs(got - want) <= limit || got === want;
}

/** Subnormal numbers, which WebGPU is free to take for zeros. */
const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -126;

/** Whether a result may be: on WebGPU any operand and the result may have been flushed, in which case the sign of a zero is anyone's. */
function allowed(
  got: number,
  row: readonly number[],
  f: (...row: number[]) => number,
  op: OracleOp,
  device: Device,
): boolean {
  const want = Math.fround(f(...row));
  if (same(got, want, op, device)) return true;
  if (device.kind === "cpu") return false;
  if (isSubnormal(want) && Math.abs(got) < 2 ** -125) return true;
  const choices = row.map((x) => (isSubnormal(x) ? [x, 0, -0] : [x]));
  const rows = choices.reduce<number[][]>(
    (lists, choice) => lists.flatMap((list) => choice.map((x) => [...list, x])),
    [[]],
  );
  return (
    rows.length > 1 &&
    rows.some((variant) => same(got, Math.fround(f(...variant)), { ...op, eitherZero: true }, device))
  );
}

function tensors(rows: readonly (readonly number[])[], { arity, bools = [] }: OracleOp, device: Device): Tensor[] {
  return Array.from({ length: arity }, (_, k) =>
    tensor(
      rows.map((row) => row[k]!),
      { device, dtype: bools.includes(k) ? "bool" : "f32" },
    ),
  );
}

/** Throws with what differs, at most twelve of them. */
function expectAll(
  what: string,
  got: ArrayLike<number>,
  rows: readonly (readonly number[])[],
  f: (...row: number[]) => number,
  op: OracleOp,
  device: Device,
): void {
  expect(got.length, what).toBe(rows.length);
  const lines = rows.flatMap((row, i) =>
    allowed(got[i]!, row, f, op, device)
      ? []
      : [`(${row.map(show).join(", ")}) = ${show(got[i]!)}, want ${show(Math.fround(f(...row)))}`],
  );
  if (lines.length > 0)
    throw new Error(
      [what, ...lines.slice(0, 12), ...(lines.length > 12 ? [`and ${lines.length - 12} more`] : [])].join("\n"),
    );
}

const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** An op inside a chain of neighbours that change nothing: captured, they are one kernel. */
function inChain(name: string): Op {
  return (yes, ...operands) => {
    const passed = operands.map((x) => where(yes!, x, x));
    const y = functions[name]!(...passed);
    return where(yes!, y, y);
  };
}

it("has a function and an oracle for every exported row, and no oracle for others", () => {
  expect(rowNames.length).toBeGreaterThan(30);
  expect(rowNames.filter((name) => typeof functions[name] !== "function")).toEqual([]);
  expect(Object.keys(elementwiseOracle).sort()).toEqual(Object.keys(functions).sort());
});

describe.each(devices)("%s", (_, device) => {
  it.each(Object.entries(elementwiseOracle))("%s", async (name, op) => {
    const rows = operandsOf(op);
    const operands = tensors(rows, op, device);
    expectAll(`${name}, eager`, await functions[name]!(...operands).data(), rows, op.f, op, device);
    const yes = tensor(
      rows.map(() => 1),
      { device, dtype: "bool" },
    );
    const fused = capture(inChain(name) as (...args: Tensor[]) => Tensor);
    expectAll(`${name}, captured`, await fused(yes, ...operands).data(), rows, op.f, op, device);
    fused.dispose();
    for (const made of [yes, ...operands]) made.dispose();
  });

  it.each(Object.entries(elementwiseOracle).filter(([, { gradients }]) => gradients))(
    "gradient of %s",
    async (name, op) => {
      const rows = operandsOf(op);
      const operands = tensors(rows, op, device);
      const floats = operands.filter((_unused, k) => !op.bools?.includes(k));
      for (const seed of [1, -0.75]) {
        const seeds = tensor(
          rows.map(() => seed),
          { device },
        );
        const { grads } = vjp(() => [functions[name]!(...operands)], floats, [seeds]);
        for (const [i, grad] of grads.entries()) {
          const k = operands.indexOf(floats[i]!);
          const f = (...row: number[]): number => op.gradients![k]!(seed, row[0]!, row[1]!, row[2]!);
          const limits: OracleOp = { arity: op.arity, f, eitherZero: true, ...op.gradientError };
          expectAll(`gradient of ${name} by operand ${k}, times ${seed}`, await grad!.data(), rows, f, limits, device);
        }
      }
    },
  );
});

describe.each(devices)("clamp on %s", (_, device) => {
  const limits = [
    [-1, 2],
    [0, 0],
    [-Infinity, 10],
    [-2.5, Infinity],
    [-Infinity, Infinity],
    [2, -1],
    [NaN, 1],
    [-1, NaN],
  ] as const;
  it.each(limits)("between %d and %d", async (low, high) => {
    const x = tensor([...specialNumbers], { device });
    const rows = specialNumbers.map((a) => [a]);
    const value = (a: number): number => ([a, low, high].some(Number.isNaN) ? NaN : Math.min(Math.max(a, low), high));
    const op: OracleOp = { arity: 1, f: value };
    expectAll("eager", await clamp(x, low, high).data(), rows, value, op, device);
    const fused = capture((t: Tensor) => clamp(t.sub(0), low, high).sub(0));
    expectAll("captured", await fused(x).data(), rows, value, op, device);
    fused.dispose();
    // the limits themselves pass the gradient on, what is no number does not
    const { grads } = vjp(
      () => [clamp(x, low, high)],
      [x],
      [
        tensor(
          specialNumbers.map(() => 3),
          { device },
        ),
      ],
    );
    expectAll("gradient", await grads[0]!.data(), rows, (a) => (a >= low && a <= high ? 3 : 0), op, device);
  });
});

describe.each(devices)("gradients that are infinite or NaN on %s", (_, device) => {
  // Where PyTorch masks, 0 · ∞ does not become NaN.
  const masks: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => boolean])[] = [
    ["relu", functions["relu"]!, (x) => !(x <= 0)],
    ["clamp", (x) => clamp(x, -1, 1), (x) => x >= -1 && x <= 1],
    ["sign", functions["sign"]!, () => false],
    ["floor", functions["floor"]!, () => false],
    ["maximum with 1.5", (x) => functions["maximum"]!(x, tensor([1.5], { device })), (x) => !(x <= 1.5)],
    ["minimum with -1.5", (x) => functions["minimum"]!(x, tensor([-1.5], { device })), (x) => !(x >= -1.5)],
    ["where x > 0", (x) => where(functions["gt"]!(x, tensor([0], { device })), x, 0), (x) => x > 0],
  ];
  it.each(masks)("%s", async (_name, f, passes) => {
    // without the limits 1.5 and -1.5 themselves, which are shared
    const numbers = specialNumbers.filter((x) => Math.abs(x) !== 1.5);
    const x = tensor(numbers, { device });
    for (const seed of [Infinity, -Infinity, NaN]) {
      const { grads } = vjp(
        () => [f(x)],
        [x],
        [
          tensor(
            numbers.map(() => seed),
            { device },
          ),
        ],
      );
      const got = await grads[0]!.data();
      numbers.forEach((a, i) => {
        if (device.kind === "cpu" || !isSubnormal(a))
          expect(got[i], `${show(a)}, times ${seed}`).toEqual(passes(a) ? seed : 0);
      });
    }
  });
});

describe.each(devices)("captured chains on %s", (_, device) => {
  const operators = ["add", "sub", "mul", "div"];
  const wirings: readonly (readonly [string, (f: Op, g: Op, x: Tensor, y: Tensor) => Tensor])[] = [
    ["g(f(x, y), x)", (f, g, x, y) => g(f(x, y), x)],
    ["g(f(x, y), y)", (f, g, x, y) => g(f(x, y), y)],
    ["g(x, f(x, y))", (f, g, x, y) => g(x, f(x, y))],
    ["g(y, f(x, y))", (f, g, x, y) => g(y, f(x, y))],
    ["g(−f(x, y), y)", (f, g, x, y) => g(f(x, y).neg(), y)],
    ["g(f(x, y), f(y, x))", (f, g, x, y) => g(f(x, y), f(y, x))],
    ["g(f(x, y), f(x, x))", (f, g, x, y) => g(f(x, y), f(x, x))],
    ["g(f(x, 3), 3)", (f, g, x) => g(f(x, 3 as unknown as Tensor), 3 as unknown as Tensor)],
  ];
  // Compilers that may reorder would take (x + y) − x for y, and x / y · y for x.
  it.each(wirings)("%s gives what its ops give one by one", async (_name, wire) => {
    const rows = specialNumbers.flatMap((a) => specialNumbers.map((b) => [a, b] as const));
    const [x, y] = [0, 1].map((k) =>
      tensor(
        rows.map((row) => row[k]!),
        { device },
      ),
    ) as [Tensor, Tensor];
    for (const f of operators) {
      for (const g of operators) {
        const run = (a: Tensor, b: Tensor): Tensor => wire(functions[f]!, functions[g]!, a, b);
        const want = (await run(x, y).data()) as Float32Array;
        const fused = capture(run);
        const got = (await fused(x, y).data()) as Float32Array;
        fused.dispose();
        const at = got.findIndex((value, i) => !Object.is(value, want[i]!));
        if (at >= 0)
          throw new Error(
            `${g} of ${f} at (${rows[at]!.join(", ")}): captured ${show(got[at]!)}, one by one ${show(want[at]!)}`,
          );
      }
    }
  });
});
