// 500 random programs on each device: every op's result against an oracle in doubles on that device's own inputs, captured as eager. `npm run fuzz` runs more.
import { createCpuDevice, type Device, exp, tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { expect, it } from "vitest";
import { FuzzFailure, missingOracles, runProgram } from "../src/fuzz/index.ts";

const devices: Readonly<Record<string, () => Device | Promise<Device>>> = {
  cpu: () => createCpuDevice(),
  loops: () => createCpuDevice({ wasm: false }),
  webgpu: async () => webgpuDevice({ device: await sharedGpu(), poison: true }),
};

it("has an oracle for every exported primitive", () => expect(missingOracles()).toEqual({ missing: [], gone: [] }));

for (const [name, make] of Object.entries(devices)) {
  it(`500 programs on ${name}`, { timeout: 300_000 }, async () => {
    const device = await make();
    let ops = 0;
    for (let number = 0; number < 500; number++) ops += await runProgram(device, 1, number);
    expect(ops).toBeGreaterThan(1000);
    device.dispose();
  });
}

it("exp at the two f32 around log of the largest f32, as found: NaN on WebGPU", async () => {
  for (const make of Object.values(devices)) {
    const device = await make();
    const [over, under] = [...(await exp(tensor([88.72283935546875, 88.72283172607422], { device })).data())] as [
      number,
      number,
    ];
    expect([over, Math.abs(under / Math.exp(88.72283172607422) - 1) < 2e-5]).toEqual([Infinity, true]);
    device.dispose();
  }
});

it("finds one wrong bit of one result in a hundred", async () => {
  const device = createCpuDevice({ wasm: false });
  let reads = 0;
  const wrong = new Proxy(device, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== "download")
        return (...args: unknown[]) => (value as (...all: unknown[]) => unknown).apply(target, args);
      return async (...args: unknown[]) => {
        const bytes = await (value as (...all: unknown[]) => Promise<ArrayBuffer>).apply(target, args);
        if (++reads % 100 === 0) new Uint8Array(bytes)[2]! ^= 1;
        return bytes;
      };
    },
  });
  const run = async (): Promise<void> => {
    for (let number = 0; number < 500; number++) await runProgram(wrong, 2, number);
  };
  await expect(run()).rejects.toThrow(FuzzFailure);
});
