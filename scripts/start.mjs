// npm start [-- OPTIONS of mamba2 train]: trains a byte-level model, then lets it write. Without --text it reads text that every clone
// has: TypeScript's own description of the browser's interfaces. Each run saves to a new folder runs/start-N unless --out names one.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runInForeground } from "../packages/testing/src/foreground.mjs";
import { fromSource, root } from "./workspace.mjs";

const args = process.argv.slice(2);
const string = /** @type {const} */ ({ type: "string" });
const known = {
  text: { type: /** @type {const} */ ("string"), multiple: true },
  out: string,
  resume: string,
  device: string,
  seed: string,
  threads: string,
  steps: string,
  batch: string,
  lr: string,
  preset: string,
  config: string,
};
const { values: given } = parseArgs({ args, options: known, strict: false, allowPositionals: true });

const ownText = given["text"] !== undefined;
const ownModel =
  ownText || given["resume"] !== undefined || given["preset"] !== undefined || given["config"] !== undefined;
const out =
  typeof given["out"] === "string"
    ? given["out"]
    : typeof given["resume"] === "string"
      ? given["resume"]
      : freeFolder();

const train = [...args];
if (!ownText) train.push("--text", "node_modules/typescript/lib/lib.dom.d.ts");
if (!ownModel) {
  // What 1.5 million tokens teach in under two quiet minutes of one core: many small steps rather than few large ones.
  const recipe = { steps: "1500", batch: "4", lr: "6e-3" };
  for (const [name, value] of Object.entries(recipe)) if (given[name] === undefined) train.push(`--${name}`, value);
}
if (given["out"] === undefined) train.push("--out", out);
const generate = [
  "--model",
  out,
  "--prompt",
  ownText ? "\n" : "interface HTML",
  "--tokens",
  "600",
  "--temperature",
  "0.7",
];
if (args.includes("--no-wasm")) generate.push("--no-wasm");
for (const name of /** @type {const} */ (["device", "seed", "threads"]))
  if (typeof given[name] === "string") generate.push(`--${name}`, given[name]);
if (args.includes("--json")) generate.push("--json");

process.exitCode = (await mamba2("train", train)) || (await mamba2("generate", generate));

/** @param {string} command @param {string[]} options @returns {Promise<number>} exit status */
function mamba2(command, options) {
  return runInForeground(process.execPath, [...fromSource, "packages/mamba2/src/cli/main.ts", command, ...options]);
}

/** @returns {string} */
function freeFolder() {
  for (let n = 1; ; n++) if (!existsSync(join(root, "runs", `start-${n}`))) return join("runs", `start-${n}`);
}
