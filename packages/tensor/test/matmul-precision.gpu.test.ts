import { hostNormal, matmul, tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const [plain, rounding] = [
  await webgpuDevice({ device: await sharedGpu() }),
  await webgpuDevice({ device: await sharedGpu(), matmulPrecision: "f16" }),
];

describe("matmulPrecision", () => {
  it("changes no bit on a device without subgroup matrices", async () => {
    const [a, b] = [hostNormal({ seed: 1, stream: 1 }, 96 * 64), hostNormal({ seed: 1, stream: 2 }, 64 * 80)];
    const product = (device: typeof plain) =>
      matmul(tensor(a, { shape: [96, 64], device }), tensor(b, { shape: [64, 80], device })).data();
    expect(rounding.runner.caps.matmulPrecision).toBe("f16");
    expect(await product(rounding)).toEqual(await product(plain));
  });
});
