// Traces of a training step and of decoding steps, on any device.
import { expect, it } from "vitest";
import { generateIds, Mamba2LM } from "@x/mamba2";
import { adamw, trainer } from "@x/nn";
import type { Device } from "@x/tensor";
import { trace } from "@x/tensor/trace";
import { readTrace, type ReadTrace } from "@x/testing/trace-format";
import { smallModel } from "./small-model.ts";

/** What a token takes, on a GPU and on the CPU. */
const decodingOps = ["projected_step", "ssd_step"];

const batch = { x: Int32Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(2, 3, 4, 5, 6, 7), shape: [2, 3] };

/** Traces of the second training step, and of generating, with models made for the device. `more` looks at each. */
export function describeTraces(deviceOf: () => Device, more: (read: ReadTrace) => void): void {
  it("holds a training step: its plan with its ops inside", async () => {
    const device = deviceOf();
    const model = new Mamba2LM(smallModel, { device, seed: 3 });
    using fit = trainer<typeof batch>(model, adamw({ lr: 0.01 }), ({ x, y }) => model.loss(x, y));
    const untraced = await fit.step(batch);
    const { value, json, events, cut } = await trace(device, () => fit.step(batch));
    expect(value.loss).toBeLessThan(untraced.loss);
    const read = readTrace(json);
    expect([cut, read.about.cut, events > read.of("op").length]).toEqual([false, false, true]);
    const [plan] = read.of("plan").toSorted((a, b) => b.dur - a.dur);
    const ops = read.of("op").filter(({ ts }) => ts >= plan!.ts && ts <= plan!.ts + plan!.dur);
    expect(ops).toHaveLength(plan!.args["ops"] as number);
    for (const name of ["ssd", "ssd_backward", "adamw"])
      expect(
        ops.some((op) => op.name.startsWith(name)),
        `${name} among ${ops.map((op) => op.name).join()}`,
      ).toBe(true);
    expect(ops.every(({ args }) => (args["bytes"] as number) > 0)).toBe(true);
    more(read);
    // It is over: nothing is noted or kept any more.
    const after = await fit.step(batch);
    expect(after.loss).toBeLessThan(value.loss);
    model.dispose();
  });

  it("holds the tokens of a text, and leaves them as they are", async () => {
    const device = deviceOf();
    const model = new Mamba2LM(smallModel, { device, seed: 3 });
    const tokens = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const ids of generateIds(model, [[1, 2, 3]], { maxTokens: 6, temperature: 0, eosTokenId: null }))
        all.push(ids);
      return all;
    };
    const plain = await tokens();
    const { value, json } = await trace(device, tokens);
    expect(value).toEqual(plain);
    const read = readTrace(json);
    expect(read.of("plan").length).toBeGreaterThan(0);
    expect(read.of("op").some(({ name }) => decodingOps.includes(name))).toBe(true);
    more(read);
    model.dispose();
  });
}
