// Part "correct": every case of every primitive and all golden data on this adapter, and the same bits on two runs of a training.
import { Mamba2LM, preset } from "@x/mamba2";
import * as nn from "@x/nn";
import { webgpuDevice } from "@x/tensor/core";
import * as core from "@x/tensor/core";
import { checkDevice, primitivesOf, testedCases } from "@x/testing";
import { checkFixtures, showLine } from "@x/testing/check-fixtures";
import type { Session } from "./session.ts";

export async function checkEverything({ report, fixtures }: Session): Promise<void> {
  const part = report.part("correct");
  const device = await webgpuDevice({ software: true, poison: true, powerPreference: "high-performance" });
  try {
    let [passed, failed] = [0, 0];
    for (const primitive of [...primitivesOf(core), ...primitivesOf(nn)]) {
      for (const one of testedCases(primitive)) {
        try {
          await checkDevice(primitive, one, device);
          passed++;
        } catch (error) {
          failed++;
          part.fail(new Error(`${primitive.name}: ${(error as Error).message}`));
        }
      }
    }
    part.add("cases of primitives that pass", passed, `of ${passed + failed}`);
    const summary = await checkFixtures(fixtures, device);
    for (const failure of summary.failures.slice(0, 20)) part.fail(new Error(showLine({ ...failure, passed: false })));
    part.add("tensors of golden data that pass", summary.passed, `of ${summary.passed + summary.failed}`);
    const [first, second] = [await trainShortly(device), await trainShortly(device)];
    const same = first.every((value, i) => Object.is(value, second[i]));
    const shown = first.map((loss) => loss.toFixed(6)).join(" ");
    part.add("losses with the same bits in two trainings", same ? first.length : 0, `of ${first.length}`, shown);
    part.check(same, `two trainings must give the same losses; got ${first.join(", ")} and ${second.join(", ")}.`);
  } finally {
    device.dispose();
  }
}

/** Losses of a few steps of a tiny model. */
async function trainShortly(device: core.WebGPUDevice): Promise<number[]> {
  using model = new Mamba2LM(preset("tiny"), { device, seed: 3 });
  using fit = nn.trainer(
    model,
    nn.chain(nn.clipByGlobalNorm(1), nn.adamw({ lr: 1e-3 })),
    ({ x, y }: { x: core.Tensor; y: core.Tensor; shape: readonly number[] }) => model.loss(x, y),
  );
  const ids = Int32Array.from({ length: 2 * 70 + 1 }, (_, i) => (i * i) % 251);
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const [x, y] = [ids.slice(0, 140), ids.slice(1)].map((data) => core.tensor(data, { shape: [2, 70], device })) as [
      core.Tensor,
      core.Tensor,
    ];
    losses.push((await fit.step({ x, y, shape: [2, 70] })).loss);
    for (const made of [x, y]) made.dispose();
  }
  return losses;
}
