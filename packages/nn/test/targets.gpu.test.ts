// Targets outside of the vocabulary: the CPU raises at once, a GPU at each read of what depends on them, and holds a loss of NaN; only the target to ignore is ignored. Every loss over integer targets, whatever its reduction.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { crossEntropy, type CrossEntropyOptions, linearCrossEntropy } from "@x/nn";
import {
  cpuDevice,
  type Device,
  gpuBindingOf,
  gradientsOf,
  matmul,
  type Tensor,
  tensor,
  type WebGPUDevice,
  webgpuDevice,
} from "@x/tensor";

const v = 5;
const rows = Array.from({ length: 4 }, (_, i) => [Math.sin(i), Math.cos(i), i / 4]);
const table = Array.from({ length: v }, (_, i) => [Math.cos(2 * i), Math.sin(3 * i), 0.3 * i]);

type Loss = (x: Tensor, weight: Tensor, targets: Tensor, options: CrossEntropyOptions) => Tensor;
const losses: Readonly<Record<string, Loss>> = {
  crossEntropy: (x, weight, targets, options) =>
    crossEntropy(matmul(x, weight, { transposeB: true }), targets, options),
  linearCrossEntropy,
  "linearCrossEntropy, block by block": (x, weight, targets, options) =>
    linearCrossEntropy(x, weight, targets, { ...options, blockRows: 3 }),
};

/** The mean loss in f64, row by row. */
function oracle(targets: readonly number[], ignoreIndex: number): number {
  const each = targets.flatMap((target, r) => {
    if (target === ignoreIndex) return [];
    const logits = table.map((row) => row.reduce((sum, w, i) => sum + w * rows[r]![i]!, 0));
    return [Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[target]!];
  });
  return each.reduce((sum, loss) => sum + loss, 0) / each.length;
}

interface ValueAndGradients {
  readonly value: Tensor;
  readonly grads: readonly Tensor[];
}

function computed(
  loss: Loss,
  device: Device,
  targets: readonly number[],
  options: CrossEntropyOptions,
): ValueAndGradients {
  const [x, weight] = [tensor(rows, { device }), tensor(table, { device })];
  const ids = tensor(Int32Array.from(targets), { device });
  const { value, grads } = gradientsOf(() => {
    const found = loss(x, weight, ids, options);
    return found.size === 1 ? found : found.sum();
  }, [x, weight]);
  return { value, grads: grads.map((grad) => grad!) };
}

async function valueAndGradients(
  ...args: Parameters<typeof computed>
): Promise<{ readonly value: number; readonly grads: number[] }> {
  const { value, grads } = computed(...args);
  return {
    value: await value.item(),
    grads: (await Promise.all(grads.map((grad) => grad.data()))).flatMap((data) => [...data]),
  };
}

/** The values that a GPU holds, whatever their reads raise. */
async function held(device: WebGPUDevice, x: Tensor): Promise<number[]> {
  const { buffer, offset, size } = gpuBindingOf(x);
  return [...new Float32Array(await device.runner.read(buffer, size, offset))];
}

const reductions = [
  {},
  { reduction: "sum" },
  { reduction: "none" },
  { labelSmoothing: 0.1 },
  { ignoreIndex: 2 },
] as const;
const wrong = [-1, -99, -101, v, v + 1, 2 ** 31 - 1, -(2 ** 31)];

describe.each(Object.keys(losses))("targets of %s", (name) => {
  const loss = losses[name]!;

  it("are ignored where they are −100, and counted elsewhere, on both devices", async () => {
    for (const device of [cpuDevice(), await webgpuDevice({ device: await sharedGpu() })]) {
      for (const targets of [
        [0, 4, 2, 1],
        [-100, 4, -100, 1],
      ]) {
        const { value } = await valueAndGradients(loss, device, targets, {});
        expect(Math.abs(value - oracle(targets, -100))).toBeLessThan(1e-5);
      }
      expect(
        Math.abs(
          (await valueAndGradients(loss, device, [2, 4, 2, 1], { ignoreIndex: 2 })).value - oracle([2, 4, 2, 1], 2),
        ),
      ).toBeLessThan(1e-5);
    }
  });

  it("that are no column raise on the CPU, with the number", async () => {
    for (const options of reductions) {
      for (const target of wrong) {
        await expect(valueAndGradients(loss, cpuDevice(), [0, 1, target, 3], options)).rejects.toThrow(
          new RegExp(
            `crossEntropy: targets must be columns of the logits, in \\[0, ${v}\\), or ${"ignoreIndex" in options ? 2 : -100}, which is ignored; got ${target} at position 2`,
          ),
        );
      }
    }
    await expect(valueAndGradients(loss, cpuDevice(), [0, 1, -100, 3], { ignoreIndex: 2 })).rejects.toThrow(
      "got -100 at position 2",
    ); // another one is ignored
  });

  it("that are an array are refused by name", () => {
    for (const targets of [[0, 1, 2, 3], Int32Array.of(0, 1, 2, 3)]) {
      expect(() => loss(tensor(rows), tensor(table), targets as unknown as Tensor, {})).toThrow(
        /ropy: targets must be a tensor( of i32)?; got an? (array of 4|Int32Array)/,
      );
    }
  });

  it("that are no column raise on a GPU when the loss or a gradient is read, give NaN, and send no gradient", async () => {
    const device = await webgpuDevice({ device: await sharedGpu() });
    for (const options of reductions) {
      for (const target of wrong) {
        const { value, grads } = computed(loss, device, [0, 1, target, 3], options);
        for (const read of [value, ...grads])
          await expect(read.data(), `${target}`).rejects.toThrow(
            `ropy: targets must be columns of the logits, in [0, ${v}), or ${"ignoreIndex" in options ? 2 : -100}, which is ignored; got ${target}.`,
          );
        expect(await held(device, value), `${JSON.stringify(options)}, ${target}`).toEqual([NaN]);
        for (const grad of grads) expect((await held(device, grad)).every(Number.isFinite)).toBe(true);
      }
    }
  });
});
