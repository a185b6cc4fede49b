// Deno gives a program only what it is allowed: the library works without any permission, and takes the hardware it would take with all of them.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { denoPath } from "../src/deno/path.mjs";
import { gpuEnv } from "../src/gpu-env.mjs";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, ".cache/deno-permissions"); // inside the repository, so that imports of @x/… resolve

const program = `import { defaultDevice, randomNormal, tensor, webgpuDevice } from "@x/tensor";
import { Mamba2LM, preset } from "@x/mamba2";
const sum = await tensor([1, 2, 3]).sum().item();
const model = new Mamba2LM(preset("tiny"), { seed: 0 });
const logits = model.forward(tensor([[1, 2, 3]], { dtype: "i32" }));
const gpu = await webgpuDevice({ software: true });
const onGpu = await tensor([1, 2, 3], { device: gpu }).sum().item();
console.log(JSON.stringify({ sum, onGpu, shape: logits.shape, random: randomNormal([2], { seed: 1 }).shape, device: (await defaultDevice()).description }));
Deno.exit(0);
`;

function run(permissions: readonly string[]): Record<string, unknown> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "program.ts");
  writeFileSync(path, program);
  const options = [
    "run",
    "--no-check",
    "--no-remote",
    "--no-prompt",
    "--conditions=@x/source",
    "--config=packages/testing/src/deno/deno.json",
    ...permissions,
    path,
  ];
  const { status, stdout, stderr } = spawnSync(denoPath(), options, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...gpuEnv(), DENO_DIR: join(root, "node_modules/.cache/deno"), DENO_NO_UPDATE_CHECK: "1" },
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, unknown>;
}

test("without any permission, and with all", { timeout: 120_000 }, () => {
  const [without, withAll] = [run([]), run(["--allow-all"])];
  expect(without).toEqual(withAll);
  expect(without).toMatchObject({ sum: 6, onGpu: 6, random: [2] });
});
