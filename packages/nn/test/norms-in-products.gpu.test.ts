// A recorded norm is computed inside the products that read it: the same numbers in fewer dispatches, and only where nothing else needs it.
import {
  add,
  assign,
  capture,
  createCpuDevice,
  linear,
  randomNormal,
  ones,
  quantize,
  quantizedLinear,
  type Tensor,
  webgpuDevice,
  type WebGPUDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { addRmsNorm, rmsNorm, rmsNormGated } from "../src/index.ts";

const device = await webgpuDevice({ device: await sharedGpu() });
const cpu = createCpuDevice();

const [d, out] = [96, 40];

interface Given {
  readonly x: Tensor;
  readonly residual: Tensor;
  readonly weight: Tensor;
  readonly w: Tensor;
  readonly v: Tensor;
}

async function given(rows: number, on: WebGPUDevice | typeof cpu): Promise<Given> {
  const drawn = (seed: number, shape: readonly number[]): Tensor => randomNormal(shape, { seed, device: on });
  return {
    x: drawn(1, [rows, d]),
    residual: drawn(2, [rows, d]),
    weight: drawn(3, [d]),
    w: drawn(4, [out, d]),
    v: drawn(5, [24, d]),
  };
}

type Function = (g: Given) => readonly Tensor[];

/** Results of a recorded function on WebGPU, those of the CPU, and the dispatches of a replay. */
async function both(fn: Function, rows: number): Promise<{ got: number[][]; want: number[][]; dispatches: number }> {
  const values = async (tensors: readonly Tensor[]): Promise<number[][]> =>
    Promise.all(tensors.map(async (tensor) => [...(await tensor.data())] as number[]));
  const want = await values(fn(await given(rows, cpu)));
  const captured = capture(fn as never) as unknown as Function;
  const g = await given(rows, device);
  for (const tensor of captured(g)) tensor.dispose();
  const before = device.runner.stats.dispatches;
  const results = captured(g);
  const dispatches = device.runner.stats.dispatches - before;
  return { got: await values(results), want, dispatches };
}

function expectClose(got: readonly number[][], want: readonly number[][]): void {
  expect(got.map(({ length }) => length)).toEqual(want.map(({ length }) => length));
  for (const [i, values] of want.entries())
    for (const [j, value] of values.entries())
      expect(Math.abs(got[i]![j]! - value)).toBeLessThan(2e-5 * (1 + Math.abs(value)));
}

const functions: Readonly<Record<string, readonly [fn: Function, rows: number, dispatches: number]>> = {
  "a norm and a product": [({ x, weight, w }) => [linear(rmsNorm(x, weight), w)], 1, 1],
  "four rows": [({ x, weight, w }) => [linear(rmsNorm(x, weight), w)], 4, 1],
  "with the residual, which is returned": [
    ({ x, residual, weight, w }) => {
      const { y, residual: sum } = addRmsNorm(x, residual, weight);
      return [linear(y, w), sum];
    },
    1,
    1,
  ],
  "two products of one norm, and a reader of the sum": [
    ({ x, residual, weight, w, v }) => {
      const { y, residual: sum } = addRmsNorm(x, residual, weight);
      return [linear(y, w), linear(y, v), add(sum, 1)];
    },
    2,
    3,
  ],
  "an ungated norm of the mixer": [({ x, weight, w }) => [linear(rmsNormGated(x, undefined, weight), w)], 1, 1],
  "five rows go through tiles": [({ x, weight, w }) => [linear(rmsNorm(x, weight), w)], 5, 2],
  "a norm that is returned": [
    ({ x, weight, w }) => {
      const y = rmsNorm(x, weight);
      return [linear(y, w), y];
    },
    1,
    2,
  ],
  "a norm that another op reads": [
    ({ x, weight, w }) => {
      const y = rmsNorm(x, weight);
      return [linear(y, w), add(y, 1)];
    },
    1,
    3,
  ],
  "a norm that is the weight of a product": [({ x, weight, w }) => [linear(w, rmsNorm(x, weight))], 1, 2],
  "norms over groups": [({ x, weight, w }) => [linear(rmsNormGated(x, undefined, weight, { groupSize: 48 }), w)], 1, 2],
};

describe("a norm before products", () => {
  for (const [name, [fn, rows, dispatches]] of Object.entries(functions)) {
    it(name, async () => {
      const result = await both(fn, rows);
      expectClose(result.got, result.want);
      expect(result.dispatches).toBe(dispatches);
    });
  }

  it("is computed before what it reads is written in place", async () => {
    const run = async (on: WebGPUDevice | typeof cpu): Promise<number[]> => {
      const { x, weight, w } = await given(1, on);
      const zero = ones([1, d], { device: on });
      const fn = capture((value: Tensor) => {
        const y = rmsNorm(value, weight);
        assign(value, zero);
        return linear(y, w);
      });
      return [...(await fn(x).data())] as number[];
    };
    expectClose([await run(device)], [await run(cpu)]);
  });

  it("of a quantised product", async () => {
    const numbers = Float32Array.from({ length: out * d }, (_, i) => Math.sin(i));
    const fn: Function = ({ x, residual, weight }) => {
      const { y, residual: sum } = addRmsNorm(x, residual, weight);
      return [quantizedLinear(y, quantize(numbers, { shape: [out, d], bits: 4, device: x.device })), sum];
    };
    const result = await both(fn, 1);
    expectClose(result.got, result.want);
    expect(result.dispatches).toBe(1);
  });
});
