// Part "correct": every case of every primitive and all golden data on this adapter, and the same bits on two runs of a training.
import { Mamba2LM, preset } from "@x/mamba2";
import * as nn from "@x/nn";
import { webgpuDevice } from "@x/tensor/core";
import * as core from "@x/tensor/core";
import { checkDevice, primitivesOf, testedCases } from "@x/testing";
import { checkFixtures, showLine } from "@x/testing/check-fixtures";
import type { Session } from "./session.ts";

export async function checkEverything(session: Session): Promise<void> {
  const { report, fixtures } = session;
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
          report.fail("correct", new Error(`${primitive.name}: ${(error as Error).message}`));
        }
      }
    }
    report.add({
      part: "correct",
      name: "cases of primitives that pass",
      value: passed,
      unit: `of ${passed + failed}`,
    });
    const summary = await checkFixtures(fixtures, device);
    for (const failure of summary.failures.slice(0, 20))
      report.fail("correct", new Error(showLine({ ...failure, passed: false })));
    report.add({
      part: "correct",
      name: "tensors of golden data that pass",
      value: summary.passed,
      unit: `of ${summary.passed + summary.failed}`,
    });
    const [first, second] = [await trainShortly(device), await trainShortly(device)];
    const same = first.every((value, i) => Object.is(value, second[i]));
    report.add({
      part: "correct",
      name: "losses with the same bits in two trainings",
      value: same ? first.length : 0,
      unit: `of ${first.length}`,
      note: first.map((loss) => loss.toFixed(6)).join(" "),
    });
    if (!same)
      report.fail(
        "correct",
        new Error(`two trainings must give the same losses; got ${first.join(", ")} and ${second.join(", ")}.`),
      );
  } finally {
    device.dispose();
  }
}

/** Losses of a few steps of a tiny model. */
async function trainShortly(device: core.WebGPUDevice): Promise<number[]> {
  const model = new Mamba2LM(preset("tiny"), { device, seed: 3 });
  const fit = nn.trainer(
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
  fit.dispose();
  model.dispose();
  return losses;
}
