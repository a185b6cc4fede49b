// Which test files a command runs. X_TESTS is "default" (npm test), "ci" (npm run test:ci, CI, and vitest by itself), "full" (npm run test:full) or "quick" (npm run test:quick).
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../../..");

/**
 * Kernels in many configurations and sizes, and models through many situations. By default they run on Dawn alone: Chromium has Dawn's compiler and the same
 * driver, and naga reads every shader in shaders.gpu.test.ts. Each primitive (in fewer cases), the runner, tensors, memory, captures, training and a model run on every engine.
 */
export const dawnOnly = [
  "packages/kernels-wgsl/test/conv1d.gpu.test.ts",
  "packages/kernels-wgsl/test/core-plans.gpu.test.ts",
  "packages/kernels-wgsl/test/large-bindings.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul-any-rows.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul-types.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul.gpu.test.ts",
  "packages/kernels-wgsl/test/rows.gpu.test.ts",
  "packages/kernels-wgsl/test/tune.gpu.test.ts",
  "packages/mamba2/test/choosing.gpu.test.ts",
  "packages/mamba2/test/continued-sampling.gpu.test.ts",
  "packages/mamba2/test/conv-widths.gpu.test.ts",
  "packages/mamba2/test/documents-repeat.gpu.test.ts",
  "packages/mamba2/test/fill.gpu.test.ts",
  "packages/mamba2/test/greedy.gpu.test.ts",
  "packages/mamba2/test/large-weights.gpu.test.ts",
  "packages/mamba2/test/model-inputs.gpu.test.ts",
  "packages/mamba2/test/precompile.gpu.test.ts",
  "packages/mamba2/test/watched-decoding.gpu.test.ts",
  "packages/nn/test/adamw-8bit.gpu.test.ts",
  "packages/nn/test/attention.gpu.test.ts",
  "packages/nn/test/batch-fields.gpu.test.ts",
  "packages/nn/test/convolution.gpu.test.ts",
  "packages/nn/test/experts.gpu.test.ts",
  "packages/nn/test/norms-in-products.gpu.test.ts",
  "packages/nn/test/ssd-long.gpu.test.ts",
  "packages/nn/test/ssd.gpu.test.ts",
  "packages/nn/test/targets.gpu.test.ts",
  "packages/tensor/test/ops-index.gpu.test.ts",
  "packages/tensor/test/ops-surface.gpu.test.ts",
  "packages/tensor/test/promotion.gpu.test.ts",
  "packages/tensor/test/uniform-range.gpu.test.ts",
  "packages/testing/test/angles.gpu.test.ts",
  "packages/testing/test/casts.gpu.test.ts",
  "packages/testing/test/decays.gpu.test.ts",
  "packages/testing/test/exports-table.gpu.test.ts",
  "packages/testing/test/identity-arguments.gpu.test.ts",
  "packages/testing/test/identity-kernels.gpu.test.ts",
  "packages/testing/test/identity.gpu.test.ts",
  "packages/testing/test/long-products.gpu.test.ts",
  "packages/testing/test/long-sums.gpu.test.ts",
  "packages/testing/test/low-limits.gpu.test.ts",
  "packages/testing/test/nan-inputs.gpu.test.ts",
  "packages/testing/test/primitives.gpu.test.ts",
  "packages/testing/test/reductions-edges.gpu.test.ts",
  "packages/testing/test/special-values-reduce.gpu.test.ts",
  "packages/testing/test/special-values.gpu.test.ts",
];

/** What other engines than Dawn leave to CI: few tests in many shaders, or tests of what every engine does alike. Dawn always runs them. */
export const enginesInCi = [
  "packages/mamba2/test/bursts.gpu.test.ts",
  "packages/mamba2/test/device-loss.gpu.test.ts",
  "packages/nn/test/ids.gpu.test.ts",
  "packages/nn/test/make-again.gpu.test.ts",
  "packages/nn/test/nonfinite-gradients.gpu.test.ts",
  "packages/nn/test/store-rounded.gpu.test.ts",
  "packages/tensor/test/long-sums.gpu.test.ts",
];

/** What Chromium and Deno run, and Dawn by default, in the place of a file that covers it. */
export const enginesOnly = ["packages/testing/test/primitives-engines.gpu.test.ts"];

/**
 * What `npm test` leaves to `npm run test:ci`: what takes long and seldom breaks alone. Built pages, leaks on a GPU, random programs, published results, kernels for hardware that is
 * emulated, programs of the documentation on a GPU, every primitive in all its cases and products in all their shapes, odd values and large sizes on a GPU, sampling there whose CPU
 * tests always run, and of the CPU's tests those that start many processes or read texts piece by piece.
 */
export const ciOnly = [
  "apps/bench/test/device.node-gpu.test.ts",
  "apps/bench/test/gpu-session.node-gpu.test.ts",
  "apps/bench/test/locale.node-gpu.test.ts",
  "apps/bench/test/page-cache.node-gpu.test.ts",
  "apps/bench/test/page.node-gpu.test.ts",
  "apps/bench/test/peers.test.ts",
  "apps/bench/test/reproduce.test.ts",
  "apps/docs/test/site.node-gpu.test.ts",
  "packages/kernels-wgsl/test/conv1d.gpu.test.ts",
  "packages/kernels-wgsl/test/core-plans.gpu.test.ts",
  "packages/kernels-wgsl/test/large-bindings.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul-any-rows.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul-types.gpu.test.ts",
  "packages/kernels-wgsl/test/matmul.gpu.test.ts",
  "packages/kernels-wgsl/test/rows.gpu.test.ts",
  "packages/kernels-wgsl/test/ssd-subgroup-matrix.node-gpu.test.ts",
  "packages/kernels-wgsl/test/subgroup-matrix-emulated.node-gpu.test.ts",
  "packages/kernels-wgsl/test/tune.gpu.test.ts",
  "packages/mamba2/test/bursts.gpu.test.ts",
  "packages/mamba2/test/choosing.gpu.test.ts",
  "packages/mamba2/test/cli-chat.test.ts",
  "packages/mamba2/test/continued-sampling.gpu.test.ts",
  "packages/mamba2/test/fill.gpu.test.ts",
  "packages/mamba2/test/greedy.gpu.test.ts",
  "packages/mamba2/test/large-weights.gpu.test.ts",
  "packages/mamba2/test/recall.test.ts",
  "packages/mamba2/test/run-memory.node-gpu.test.ts",
  "packages/mamba2/test/scheduler.node-gpu.test.ts",
  "packages/mamba2/test/start-signals.test.ts",
  "packages/mamba2/test/streaming-text.test.ts",
  "packages/mamba2/test/trace.test.ts",
  "packages/mamba2/test/watched-decoding.gpu.test.ts",
  "packages/nn/test/make-again.gpu.test.ts",
  "packages/nn/test/ssd-long.gpu.test.ts",
  "packages/nn/test/store-rounded.gpu.test.ts",
  "packages/tensor/test/plan-table.node-gpu.test.ts",
  "packages/tensor/test/promotion.gpu.test.ts",
  "packages/testing/test/angles.gpu.test.ts",
  "packages/testing/test/check-fixtures.test.ts",
  "packages/testing/test/check-tokenizers.test.ts",
  "packages/testing/test/docs.node-gpu.test.ts",
  "packages/testing/test/docstrings-check.test.ts",
  "packages/testing/test/docstrings.node-gpu.test.ts",
  "packages/testing/test/examples.node-gpu.test.ts",
  "packages/testing/test/fuzz.node-gpu.test.ts",
  "packages/testing/test/identity-kernels.gpu.test.ts",
  "packages/testing/test/kills.test.ts",
  "packages/testing/test/load-memory.test.ts",
  "packages/testing/test/long-products.gpu.test.ts",
  "packages/testing/test/long-sums.gpu.test.ts",
  "packages/testing/test/low-limits.gpu.test.ts",
  "packages/testing/test/memory-flat.node-gpu.test.ts",
  "packages/testing/test/memory-flat.test.ts",
  "packages/testing/test/nan-inputs.gpu.test.ts",
  "packages/testing/test/new-kernel.test.ts",
  "packages/testing/test/primitives.gpu.test.ts",
  "packages/testing/test/readme.node-gpu.test.ts",
  "packages/testing/test/special-values-reduce.gpu.test.ts",
  "packages/testing/test/special-values.gpu.test.ts",
  "packages/testing/test/threads.test.ts",
  "packages/testing/test/views.node-gpu.test.ts",
];

/** CPU tests of `npm run test:full` alone: minutes, or another runtime. */
export const fullOnly = ["packages/testing/test/examples-full.test.ts"];

/** CPU tests that the inner loop leaves out: those that take more than about a second. */
export const slow = [
  "apps/bench/test/oracle.test.ts",
  "apps/bench/test/untrusted.test.ts",
  "packages/kernels-wasm/test/functions.test.ts",
  "packages/kernels-wasm/test/pool.test.ts",
  "packages/mamba2/test/adapter-training.test.ts",
  "packages/mamba2/test/adapters.test.ts",
  "packages/mamba2/test/caches.test.ts",
  "packages/mamba2/test/chat-hub.test.ts",
  "packages/mamba2/test/chat-template.test.ts",
  "packages/mamba2/test/chat.test.ts",
  "packages/mamba2/test/choosing.test.ts",
  "packages/mamba2/test/cli-adapter.test.ts",
  "packages/mamba2/test/cli-chat.test.ts",
  "packages/mamba2/test/cli-families.test.ts",
  "packages/mamba2/test/cli-hub.test.ts",
  "packages/mamba2/test/cli-kept.test.ts",
  "packages/mamba2/test/cli-options.test.ts",
  "packages/mamba2/test/cli-serve.test.ts",
  "packages/mamba2/test/cli-text.test.ts",
  "packages/mamba2/test/cli-training.test.ts",
  "packages/mamba2/test/cli.test.ts",
  "packages/mamba2/test/codestral.test.ts",
  "packages/mamba2/test/continued-sampling.test.ts",
  "packages/mamba2/test/conv-widths.test.ts",
  "packages/mamba2/test/device-loss.test.ts",
  "packages/mamba2/test/estimate-memory.test.ts",
  "packages/mamba2/test/family-tensors.test.ts",
  "packages/mamba2/test/folder-saves.test.ts",
  "packages/mamba2/test/gguf-experts.test.ts",
  "packages/mamba2/test/greedy.test.ts",
  "packages/mamba2/test/hostile-configs.test.ts",
  "packages/mamba2/test/hub.test.ts",
  "packages/mamba2/test/init.test.ts",
  "packages/mamba2/test/kept-fields.test.ts",
  "packages/mamba2/test/kept-values.test.ts",
  "packages/mamba2/test/layers.test.ts",
  "packages/mamba2/test/layout-readings.test.ts",
  "packages/mamba2/test/merged-sources.test.ts",
  "packages/mamba2/test/options.test.ts",
  "packages/mamba2/test/page-cache.test.ts",
  "packages/mamba2/test/plan-memory.test.ts",
  "packages/mamba2/test/quantized-files.test.ts",
  "packages/mamba2/test/ranged-reads.test.ts",
  "packages/mamba2/test/run-kept.test.ts",
  "packages/mamba2/test/save-retention.test.ts",
  "packages/mamba2/test/saves-beside-steps.test.ts",
  "packages/mamba2/test/scheduler.test.ts",
  "packages/mamba2/test/sequences.test.ts",
  "packages/mamba2/test/serve-protocol.test.ts",
  "packages/mamba2/test/serve-text.test.ts",
  "packages/mamba2/test/serve.test.ts",
  "packages/mamba2/test/signals.test.ts",
  "packages/mamba2/test/stale-caches.test.ts",
  "packages/mamba2/test/stop-texts.test.ts",
  "packages/mamba2/test/streamed.test.ts",
  "packages/mamba2/test/streaming-text.test.ts",
  "packages/mamba2/test/target-positions.test.ts",
  "packages/mamba2/test/torch-bin.test.ts",
  "packages/mamba2/test/torch-legacy.test.ts",
  "packages/mamba2/test/trace.test.ts",
  "packages/mamba2/test/train-adapter.test.ts",
  "packages/mamba2/test/train-carry.test.ts",
  "packages/mamba2/test/train-documents.test.ts",
  "packages/mamba2/test/train-ema.test.ts",
  "packages/mamba2/test/train-optimizer.test.ts",
  "packages/mamba2/test/train-options.test.ts",
  "packages/mamba2/test/train-streams.test.ts",
  "packages/mamba2/test/train.test.ts",
  "packages/nn/test/adapters.test.ts",
  "packages/nn/test/nan-recovery.test.ts",
  "packages/nn/test/own-steps.test.ts",
  "packages/nn/test/ssd-long.test.ts",
  "packages/testing/test/changed-arguments.test.ts",
  "packages/testing/test/check-fixtures.test.ts",
  "packages/testing/test/compat.test.ts",
  "packages/testing/test/docs.test.ts",
  "packages/testing/test/examples.test.ts",
  "packages/testing/test/exports-table.test.ts",
  "packages/testing/test/fixtures.test.ts",
  "packages/testing/test/huge-sizes.test.ts",
  "packages/testing/test/import-cycles.test.ts",
  "packages/testing/test/memory-flat.test.ts",
  "packages/testing/test/option-keys.test.ts",
  "packages/testing/test/own-memory.test.ts",
  "packages/testing/test/primitives.test.ts",
  "packages/testing/test/run-memory.test.ts",
  "packages/testing/test/surplus-arguments.test.ts",
  "packages/testing/test/tree-shaking.test.ts",
  "packages/testing/test/views-cpu.test.ts",
  "packages/testing/test/with-gpu.test.ts",
  "packages/testing/test/wrong-inputs.test.ts",
  "packages/testing/test/wrong-tensors.test.ts",
];

const sets = /** @type {const} */ (["default", "ci", "full", "quick"]);

/** @returns {{ set: (typeof sets)[number], cpuLeavesOut: string[], dawnLeavesOut: string[], enginesLeaveOut: string[] }} engines: Chromium and Deno */
export function testSet(env = process.env) {
  const given = env["X_TESTS"] ?? "ci";
  const set = sets.find((name) => name === given);
  if (set === undefined) throw new Error(`X_TESTS must be one of ${sets.join(", ")}; got "${given}".`);
  for (const file of [...dawnOnly, ...enginesInCi, ...enginesOnly, ...ciOnly, ...fullOnly, ...slow])
    if (!existsSync(join(root, file)))
      throw new Error(`test-sets.mjs: "${file}" must exist; it does not: it has moved, or is gone.`);
  const isWhole = set === "ci" || set === "full";
  const forCi = isWhole ? [] : ciOnly;
  return {
    set,
    cpuLeavesOut: [...(set === "quick" ? slow : []), ...(set === "full" ? [] : fullOnly), ...forCi],
    dawnLeavesOut: isWhole ? enginesOnly : ciOnly,
    enginesLeaveOut: set === "full" ? enginesOnly : [...dawnOnly, ...(isWhole ? [] : enginesInCi)],
  };
}

/** @returns {string[]} the *.gpu.test.ts files that Deno runs, in a stable order */
export function gpuTestFiles() {
  const { enginesLeaveOut } = testSet();
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}/test`))
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    )
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".gpu.test.ts") && !enginesLeaveOut.includes(file))
    .sort();
}
