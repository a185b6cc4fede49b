// Traces on a GPU: with timestamp queries each dispatch, without them each submit.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture, exp, mul, type Tensor, tensor, type WebGPUDevice, webgpuDevice } from "@x/tensor";
import { trace } from "@x/tensor/trace";
import { sharedGpu } from "@x/testing/shared-gpu";
import { readTrace } from "@x/testing/trace-format";
import { describeTraces } from "./trace-cases.ts";

let gpu: WebGPUDevice;
let plain: WebGPUDevice;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
  const adapter = await navigator.gpu.requestAdapter();
  plain = await webgpuDevice({ device: await adapter!.requestDevice() });
});
afterAll(() => {
  gpu.dispose();
  plain.dispose();
  plain.runner.device.destroy();
});

const timed = (): boolean => gpu.runner.device.features.has("timestamp-query");

describe("a trace on a GPU", () => {
  describeTraces(
    () => gpu,
    (read) => {
      if (!timed()) return void expect(read.of("dispatch")).toEqual([]);
      const dispatches = read.of("dispatch");
      const sent = read.of("submit").filter(({ pid }) => pid === 1);
      expect(dispatches).toHaveLength(sent.reduce((sum, { args }) => sum + (args["dispatches"] as number), 0));
      expect(read.about.devices[0]).toMatchObject({ times: expect.stringContaining("timestamp queries") });
      expect(read.about.devices[0]!["dispatchesWithoutTime"]).toBe(0);
      for (const { args } of dispatches) {
        expect(args["workgroups"]).toHaveLength(3);
        expect(args["bytes"]).toBeGreaterThan(0);
        expect(args["op"]).toEqual(expect.any(String));
      }
      expect(read.events.some(({ ph, name }) => ph === "b" && name === "wait: read")).toBe(true);
    },
  );

  it("counts the bytes of what a dispatch reads and writes, not of the memory that holds it", async () => {
    using x = tensor(new Float32Array(1000), { device: gpu });
    const exponentials = capture((x: Tensor) => exp(x));
    exponentials(x).dispose();
    const { json } = await trace(gpu, async () => void (await exponentials(x).toArray()));
    const read = readTrace(json);
    if (timed()) expect(read.of("dispatch").map(({ args }) => args["bytes"])).toEqual([8000]);
    expect(read.of("op").map(({ args }) => args["bytes"])).toEqual([8000]);
    exponentials.dispose();
  });

  it("shows what is compiled on the way as a part of the op that it stops", async () => {
    using x = tensor([1, 2], { device: gpu });
    const read = readTrace((await trace(gpu, async () => void (await mul(mul(x, 3.8125), x).toArray()))).json);
    for (const { ts, dur } of read.of("compile"))
      expect(read.of("op").some((op) => op.ts <= ts && op.ts + op.dur >= ts + dur)).toBe(true);
  });

  it("holds submits where the device has no timestamp queries", async () => {
    using x = tensor([1, 2, 3], { device: plain });
    expect(plain.runner.device.features.has("timestamp-query")).toBe(false);
    const { json } = await trace(plain, async () => void (await mul(mul(x, 2), x).toArray()));
    const read = readTrace(json);
    expect(read.about.devices[0]).toMatchObject({ times: expect.stringContaining("whole submits") });
    const done = read.of("submit").filter(({ pid }) => pid === 2);
    expect(done.map(({ name }) => name)).toEqual(["2 dispatches"]);
    expect(done[0]!.args["kernels"]).toEqual({ elementwise_mul: 2 });
    expect(read.of("compile").length).toBeGreaterThan(0);
  });

  it("ends when it is full, and says so", async () => {
    using x = tensor([1, 2, 3], { device: gpu });
    const work = async (): Promise<unknown> => {
      let y = mul(x, 1);
      for (let i = 0; i < 20; i++) y = mul(y, 1);
      return y.toArray();
    };
    const { value, json, events, cut } = await trace(gpu, work, { maxEvents: 5 });
    expect([value, events, cut, readTrace(json).about.cut]).toEqual([[1, 2, 3], 5, true, true]);
  });
});
