// npm test: every check of the repository, one stage after the other, stopping at the first that fails.
// Usage: node scripts/test.mjs [STAGE…], see the table `stages`; without a name all of them. Its last line is "N passed, N failed",
// the sum over the tests of vitest and Deno; a stage that fails without naming a test counts as one failure.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { denoPath } from "../packages/testing/src/deno/path.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { bin, root, run } from "./workspace.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ ok: boolean, counts?: Counts }} Outcome */

const reports = join(root, "node_modules/.cache/x-test");

/** @type {Record<string, () => Outcome>} */
const stages = {
  types: () => commands([bin("tsc"), "-b"], [bin("tsc"), "-p", "tsconfig.test.json"]),
  lint: () => commands([bin("oxfmt"), "--check"], [bin("oxlint"), "--quiet"]),
  layers: () => commands([process.execPath, "scripts/layers.mjs"]),
  vitest,
  deno,
};

/** @param {string[][]} list @returns {Outcome} */
function commands(...list) {
  return { ok: list.every(([command = "", ...args]) => run(command, args).status === 0) };
}

/** The projects cpu, webgpu (Dawn) and browser (Chromium). @returns {Outcome} */
function vitest() {
  const report = join(reports, "vitest.json");
  const { status } = run(bin("vitest"), [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const result = readReport(report, JSON.parse);
  if (!result) return { ok: false };
  // A file that does not load has no tests: it counts as one failure.
  const broken = result.testResults.filter(
    (/** @type {any} */ file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const skipped = result.numPendingTests + result.numTodoTests;
  const counts = { passed: result.numPassedTests, failed: result.numFailedTests + broken, skipped };
  return { ok: status === 0 && counts.passed > 0, counts };
}

/**
 * The same *.gpu.test.ts files on a second WebGPU implementation and WGSL compiler, wgpu and naga, a process for each file. Deno 2.9.5 on SwiftShader now and then
 * aborts while it takes down its devices, after all tests ran and the report was written (seen in 3 of about 50 ends, each time after another file). The report then
 * counts, and the abort is printed; a process that dies before its report is complete has failed.
 * @returns {Outcome}
 */
function deno() {
  const options = [
    "--no-check",
    "--no-remote",
    "--allow-all",
    "--conditions=@x/source",
    "--config=packages/testing/src/deno/deno.json",
  ];
  const env = { ...gpuEnv(), DENO_DIR: join(root, "node_modules/.cache/deno"), DENO_NO_UPDATE_CHECK: "1" };
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of gpuTestFiles()) {
    const report = join(reports, "deno.xml");
    rmSync(report, { force: true });
    const { status, signal } = run(denoPath(), ["test", ...options, `--junit-path=${report}`, file], { env });
    const xml = readReport(report, String);
    const total = (/** @type {string} */ name) =>
      [...(xml ?? "").matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, "g"))].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    const [failed, skipped] = [total("failures") + total("errors"), total("disabled")];
    counts.passed += total("tests") - failed - skipped;
    const ended = status === 0 || (signal !== null && total("tests") > 0);
    counts.failed += ended ? failed : Math.max(1, failed);
    counts.skipped += skipped;
  }
  return { ok: counts.failed === 0 && counts.passed > 0, counts };
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

/** @returns {string[]} */
function gpuTestFiles() {
  const folders = ["packages", "apps"].flatMap((group) => listFolder(group).map((name) => join(group, name, "test")));
  return folders
    .flatMap((folder) =>
      listFolder(folder, true)
        .filter((name) => name.endsWith(".gpu.test.ts"))
        .map((name) => join(folder, name)),
    )
    .sort();
}

/** @param {string} folder @param {boolean} [recursive] @returns {string[]} empty when there is no such folder */
function listFolder(folder, recursive = false) {
  try {
    return /** @type {string[]} */ (readdirSync(join(root, folder), { recursive }));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return [];
    throw error;
  }
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`npm test: no stage "${unknown[0]}"; the stages are ${Object.keys(stages).join(", ")}.`);
  process.exit(2);
}
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const sum = { passed: 0, failed: 0, skipped: 0 };
let ok = true;
for (const name of chosen.length > 0 ? chosen : Object.keys(stages)) {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  const outcome = /** @type {() => Outcome} */ (stages[name])();
  const counts = outcome.counts ?? { passed: 0, failed: 0, skipped: 0 };
  if (!outcome.ok && counts.failed === 0) counts.failed = 1;
  for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) sum[key] += counts[key];
  const tests = outcome.counts
    ? `, ${counts.passed} tests passed, ${counts.failed} failed, ${counts.skipped} skipped`
    : "";
  console.log(
    `=== ${name}: ${outcome.ok ? "ok" : "FAILED"} in ${((performance.now() - start) / 1000).toFixed(1)} s${tests}`,
  );
  if (!outcome.ok) {
    console.log(`Stopped at the first red stage. Run it alone: node ${relative(root, process.argv[1] ?? "")} ${name}`);
    ok = false;
    break;
  }
}
if (sum.skipped > 0) console.log(`${sum.skipped} skipped`);
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = ok ? 0 : 1;
