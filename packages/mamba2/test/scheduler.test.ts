// What the scheduler serves is what each request would get alone, whoever comes and goes beside it.
import { describe, expect, it, vi } from "vitest";
import { Mamba2LM, Scheduler } from "@x/mamba2";
import { createCpuDevice, type Device } from "@x/tensor";
import { alone, servedModels, testServing } from "./scheduler-cases.ts";
import { until } from "./serve-clients.ts";

const modelOn = (device: Device): Mamba2LM => new Mamba2LM(servedModels.mixers, { seed: 1, device });

describe("Scheduler", () => {
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const served = { requests: 200, atOnce: 40, lengths, slots: 5 };
  testServing(createCpuDevice, "mixers", served);
  testServing(createCpuDevice, "hybrid", { ...served, requests: process.env["X_TESTS"] === "full" ? 200 : 80 });

  it("reads a beginning once", async () => {
    const model = modelOn(createCpuDevice());
    const prefill = vi.spyOn(Mamba2LM.prototype, "prefill");
    const scheduler = new Scheduler(model);
    const system = [9, 8, 7, 6, 5];
    for (const question of [[1], [2, 3]])
      for await (const _ of scheduler.add([...system, ...question], { maxTokens: 2, prefix: 5 }));
    expect(prefill.mock.calls.map(([ids]) => (ids as number[][])[0]!.length)).toEqual([5, 1, 2]);
    prefill.mockRestore();
    scheduler.dispose();
  });

  it("ends what is aborted, given up or refused, and frees everything", async () => {
    const device = createCpuDevice();
    const model = modelOn(device);
    const { usedBytes } = device.memory;
    const scheduler = new Scheduler(model, { slots: 2, maxWaiting: 3, maxUnread: 2 });
    const controller = new AbortController();
    const aborted = scheduler.add([1], { signal: controller.signal });
    expect((await aborted.next()).done).toBe(false);
    controller.abort(new Error("enough"));
    await expect(
      (async () => {
        for await (const _ of aborted);
      })(),
    ).rejects.toThrow("enough");
    const other = scheduler.add([2], { maxTokens: 3 });
    const ids: number[] = [];
    let end = await other.next();
    for (; !end.done; end = await other.next()) ids.push(end.value);
    expect(end.value).toBe("length");
    expect(ids).toEqual(await alone(model, [2], { maxTokens: 3 }));
    for (const _ of [1, 2, 3]) scheduler.add([3]);
    expect(() => scheduler.add([3])).toThrow("at most 3 requests may wait (maxWaiting); got one more.");
    expect(() => scheduler.add([])).toThrow("prompt must be token ids, one at least; got an array of 0.");
    expect(() => scheduler.add([64])).toThrow("prompt must be tokens of the model, below 64; got 64.");
    expect(() => scheduler.add([1], { stepsAhead: 1 } as object)).toThrow('got "stepsAhead"');
    await new Promise((resolve) => setTimeout(resolve, 20));
    scheduler.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => scheduler.add([1])).toThrow("must not be used after it was disposed");
    await until("less than 20 kB, constants of plans", () => device.memory.usedBytes - usedBytes < 20_000);
    model.dispose();
  });
});
