// npm test: every check of the repository. Stages run two at a time, so that both cores of a small machine are busy; after a red stage no other begins.
// Usage: node scripts/test.mjs [--ci | --full | --quick] [STAGE…], see the table `stages`; without a name those of the set (quick: those that need no GPU; packages only for CI). A single stage prints as
// it goes, several print when they end. The last line is "N passed, N failed", the sum over the tests of vitest and Deno; a stage that fails without
// naming a test counts as one failure.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { denoPath } from "../packages/testing/src/deno/path.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { gpuTestFiles, testSet } from "../packages/testing/src/test-sets.mjs";
import { denoCounts, noCounts, vitestCounts } from "./test-reports.mjs";
import { bin, root, start } from "./workspace.mjs";

/** @typedef {import("./test-reports.mjs").Counts} Counts */
/** @typedef {{ ok: boolean, counts?: Counts, output: string }} Outcome */
/** @typedef {{ env?: Record<string, string>, live: boolean }} Settings */

const together = 2;
/** TypeScript's version in Go checks in a seventh of the time. 6 builds what is published, and has the API that scripts need. */
const tsc7 = bin("tsc", "packages/testing");
const reports = join(root, "node_modules/.cache/x-test");

/** In the order in which they begin. @type {Record<string, (settings: Settings) => Promise<Outcome>>} */
const stages = {
  types: (settings) => commands(settings, [tsc7, "-b"], [tsc7, "-p", "tsconfig.test.json"]),
  webgpu: (settings) => vitest("webgpu", settings),
  lint: (settings) => commands(settings, [bin("oxfmt"), "--check"], [bin("oxlint"), "--quiet"]),
  layers: (settings) => commands(settings, [process.execPath, "scripts/layers.mjs"]),
  cpu: (settings) => vitest("cpu", settings),
  deno,
  packages: (settings) => commands(settings, [process.execPath, "scripts/release/quality.mjs", "--skip-api"]),
  browser: (settings) => vitest("browser", settings),
};
const quickStages = ["types", "lint", "layers", "cpu"];
/** CI alone: what will be published. */
const ciStages = ["packages"];

/** @param {Settings} settings @param {string[][]} list @returns {Promise<Outcome>} */
async function commands(settings, ...list) {
  let output = "";
  for (const [command = "", ...args] of list) {
    const ended = await start(command, args, settings);
    output += ended.output;
    if (ended.status !== 0) return { ok: false, output };
  }
  return { ok: true, output };
}

/** A project of vitest.config.ts: cpu, webgpu (Dawn) or browser (Chromium). @param {string} project @param {Settings} settings @returns {Promise<Outcome>} */
async function vitest(project, settings) {
  const report = join(reports, `${project}.json`);
  // Tests on the CPU take longest and wait for processes now and then; a GPU's tests share one process.
  const workers = project === "cpu" ? availableParallelism() : 1;
  const { status, output } = await start(
    process.execPath,
    [
      "--max-semi-space-size=64", // a tenth of the time: little of what a test makes lives long
      "node_modules/vitest/vitest.mjs",
      "run",
      `--project=${project}*`, // webgpu-own-process too
      `--maxWorkers=${workers}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    settings,
  );
  const counts = readReport(report, vitestCounts);
  return { ok: status === 0 && counts !== undefined && counts.passed > 0, output, ...(counts && { counts }) };
}

/**
 * The *.gpu.test.ts files on a second WebGPU implementation and WGSL compiler, wgpu and naga. Deno 2.9.5 on SwiftShader now and then
 * aborts while it takes down its devices, after all tests ran and the report was written. The report then counts, and the abort is printed; a process that dies
 * before its report is complete has failed.
 * @param {Settings} settings @returns {Promise<Outcome>}
 */
async function deno(settings) {
  const options = [
    "--no-check",
    "--no-remote",
    "--allow-all",
    "--conditions=@x/source",
    "--config=packages/testing/src/deno/deno.json",
  ];
  const env = {
    ...settings.env,
    ...gpuEnv(),
    DENO_DIR: join(root, "node_modules/.cache/deno"),
    DENO_NO_UPDATE_CHECK: "1",
  };
  const report = join(reports, "deno.xml");
  const args = [
    "test",
    ...options,
    `--junit-path=${report}`,
    "packages/testing/src/deno/all.ts",
    "--",
    ...gpuTestFiles(),
  ];
  const { status, signal, output } = await start(denoPath(), args, { ...settings, env });
  const counts = readReport(report, denoCounts) ?? noCounts();
  const finished = status === 0 || (signal !== null && counts.passed > 0);
  if (!finished) counts.failed = Math.max(1, counts.failed);
  return { ok: counts.failed === 0 && counts.passed > 0, counts, output };
}

/** @template T @param {string} path @param {(text: string) => T} parse @returns {T | undefined} undefined: the run ended without one */
function readReport(path, parse) {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.error(`No readable test report: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** @param {Counts} sum @param {Counts} counts */
function add(sum, counts) {
  for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) sum[key] += counts[key];
}

const flags = process.argv.slice(2).filter((arg) => arg.startsWith("--"));
const named = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const unknown = [
  ...named.filter((name) => !(name in stages)).map((name) => `stage "${name}"`),
  ...flags.filter((flag) => !["--ci", "--full", "--quick"].includes(flag)).map((flag) => `option "${flag}"`),
];
if (unknown.length > 0 || flags.length > 1) {
  const stageNames = Object.keys(stages).join(", ");
  console.error(
    `npm test: no ${unknown[0] ?? "two options"}; the stages are ${stageNames}, the options --ci, --full or --quick.`,
  );
  process.exit(2);
}
process.env["X_TESTS"] = flags[0]?.slice(2) ?? process.env["X_TESTS"] ?? "default";
const { set } = testSet();
const stagesOfSet =
  set === "quick"
    ? quickStages
    : Object.keys(stages).filter((name) => set === "ci" || set === "full" || !ciStages.includes(name));
const queue = named.length > 0 ? named : stagesOfSet;
const live = queue.length === 1;
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const sum = noCounts();
/** @type {string[]} */
const red = [];
const waiting = [...queue];
async function lane() {
  for (let name = waiting.shift(); name !== undefined && red.length === 0; name = waiting.shift()) {
    console.log(`=== ${name} begins`);
    const began = performance.now();
    const {
      ok,
      counts = noCounts(),
      output,
    } = await /** @type {(settings: Settings) => Promise<Outcome>} */ (stages[name])({ live });
    if (!ok && counts.failed === 0) counts.failed = 1;
    add(sum, counts);
    if (!ok) red.push(name);
    const tests = `${counts.passed} tests passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${output}=== ${name}: ${ok ? "ok" : "FAILED"} in ${seconds} s, ${tests}`);
  }
}
await Promise.all(Array.from({ length: together }, lane));
for (const name of red) console.log(`Red: ${name}. Alone: node ${relative(root, process.argv[1] ?? "")} ${name}`);
if (sum.skipped > 0) console.log(`${sum.skipped} skipped`);
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = red.length === 0 ? 0 : 1;
