// What the scripts of this folder share: the published packages in dependency order, running a command, running TypeScript from source.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Folders under packages/ of the libraries that are published, lowest layer first. */
export const publishedPackages = ["base", "kernels-wgsl", "kernels-wasm", "tensor", "nn", "mamba2"];

/** All that a release publishes. */
export const published = [...publishedPackages, "create-app"];

/** @param {string} folder under packages/ @returns what its package.json says */
export function manifest(folder) {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
}

/** Node arguments that run TypeScript from the packages' sources, with nothing built. */
export const fromSource = ["--conditions=@x/source", "--import=tsx"];

/**
 * Runs a command to its end, without a standard input unless told otherwise. Windows needs a shell for npm's command files.
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, stdio?: "inherit" | "pipe", stdin?: "inherit" | "ignore" }} [options]
 * @returns {{ status: number, signal: string | null, output: string }} status is 1 when a signal ended it or it could not start
 */
export function run(command, args, { cwd = root, env = {}, stdio = "inherit", stdin = "ignore" } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...env },
    stdio: [stdin, stdio, stdio],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32" && command !== process.execPath,
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  if (result.signal) console.error(`${command}: ended by ${result.signal}`);
  return { status: result.status ?? 1, signal: result.signal, output: `${result.stdout ?? ""}${result.stderr ?? ""}` };
}

/**
 * Runs a command beside others. What it prints is shown at once (live) or collected.
 * @param {string} command @param {readonly string[]} args @param {{ env?: Record<string, string>, live: boolean }} options
 * @returns {Promise<{ status: number, signal: string | null, output: string }>} as of {@link run}
 */
export function start(command, args, { env = {}, live }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
      shell: process.platform === "win32" && command !== process.execPath,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    child.on("error", (error) => resolve({ status: 1, signal: null, output: `${command}: ${error.message}\n` }));
    child.on("close", (code, signal) => {
      const ended = signal === null ? "" : `${command}: ended by ${signal}\n`;
      resolve({ status: code ?? 1, signal, output: output + ended });
    });
  });
}

/** @param {string} name @param {string} [workspace] whose own version of the tool is meant @returns {string} path of a command of node_modules/.bin */
export function bin(name, workspace = "") {
  return resolve(root, workspace, "node_modules/.bin", name);
}
