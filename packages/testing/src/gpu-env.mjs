// Finds a GPU driver and a browser for tests on a machine that has neither: SwiftShader and headless Chromium come out of the npm
// package @sparticuz/chromium (Linux x64) and are unpacked once into node_modules/.cache. Starts nothing itself.
// X_GPU=native leaves the machine's own driver alone; it is the default where that package has no binaries (macOS, Windows, Linux arm64).
// X_CHROME=PATH names another Chromium or Chrome.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const packageDir = resolve(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../..");

/** @returns {string} where everything is unpacked; its name changes with the version of the package */
function cacheDir() {
  const { version } = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8"));
  return resolve(packageDir, "../../.cache/x-gpu", version);
}

/** @param {NodeJS.ProcessEnv} [env] @returns {boolean} whether tests bring their own software driver */
export function usesSoftwareDriver(env = process.env) {
  const choice = env["X_GPU"] ?? (process.platform === "linux" && process.arch === "x64" ? "swiftshader" : "native");
  if (choice !== "native" && choice !== "swiftshader")
    throw new Error(`X_GPU must be "native" or "swiftshader"; got "${choice}".`);
  return choice === "swiftshader";
}

/** @returns {string} folder with libvulkan.so.1, libvk_swiftshader.so and vk_swiftshader_icd.json */
export function swiftshaderDir() {
  const dir = cacheDir();
  unpackOnce("swiftshader.tar.br", dir, ".swiftshader");
  return dir;
}

/** @returns {string | undefined} path of a browser, undefined: let Playwright find the machine's Chrome */
export function chromiumPath() {
  const chosen = process.env["X_CHROME"];
  if (chosen) return chosen;
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const path = join(swiftshaderDir(), "chromium"); // libEGL and libGLESv2 must lie beside it
  if (!existsSync(path)) writeAtomically(path, readBrotli("chromium.br"), 0o755);
  return path;
}

/**
 * SwiftShader compiles Vulkan's own zeroing of workgroup memory into a store for each element, which takes most of a pipeline's time (3.1 s of
 * 3.3 s for a scan kernel). Without that extension Tint writes a loop.
 * @returns {string[]} options of Dawn, for `create` of the package webgpu and, with "--" before each, for Chromium
 */
export function dawnOptions() {
  return usesSoftwareDriver() ? ["disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension"] : [];
}

/** @returns {string[]} command line of a browser in which WebGPU computes, and presents on a canvas */
export function chromiumArgs() {
  const quiet = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
  ];
  const webgpu = ["--no-sandbox", "--enable-unsafe-webgpu", "--enable-features=Vulkan"];
  // Compute needs only the first of these; without the other two the first submit to a canvas kills the GPU process.
  const software = ["--use-webgpu-adapter=swiftshader", "--use-vulkan=swiftshader", "--use-angle=swiftshader"];
  const options = dawnOptions().map((option) => `--${option}`);
  return [...webgpu, ...(usesSoftwareDriver() ? software : []), ...options, ...quiet];
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Record<string, string>} what a process needs in its environment, from its start, for Dawn or wgpu to find a driver
 */
export function gpuEnv(env = process.env) {
  if (!usesSoftwareDriver(env)) return {};
  const dir = swiftshaderDir();
  return {
    LD_LIBRARY_PATH: [dir, env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
    VK_DRIVER_FILES: join(dir, "vk_swiftshader_icd.json"),
    XDG_RUNTIME_DIR: env["XDG_RUNTIME_DIR"] ?? tmpdir(),
  };
}

/** @returns {Record<string, string>} what the browser needs: on a bare Linux, libnss3 and its friends from the same package */
export function browserEnv() {
  const path = chromiumPath();
  if (path === undefined || process.platform !== "linux") return {};
  const { stdout } = spawnSync("ldd", [path], { encoding: "utf8" });
  if (!stdout?.includes("not found")) return {};
  const dir = join(cacheDir(), "al2023");
  unpackOnce("al2023.tar.br", dir, ".unpacked");
  return { LD_LIBRARY_PATH: [join(dir, "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":") };
}

/** @param {string} name @returns {Buffer} */
function readBrotli(name) {
  return brotliDecompressSync(readFileSync(join(packageDir, "bin", name)));
}

/**
 * The marker is written last, so a folder that was half unpacked is unpacked again.
 * @param {string} archive @param {string} dir @param {string} marker
 */
function unpackOnce(archive, dir, marker) {
  if (existsSync(join(dir, marker))) return;
  for (const { name, mode, bytes } of tarEntries(readBrotli(archive))) writeAtomically(join(dir, name), bytes, mode);
  writeAtomically(join(dir, marker), "");
}

/** Renaming makes it safe for test processes that start together. @param {string} path @param {Buffer | string} bytes @param {number} [mode] */
function writeAtomically(path, bytes, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, bytes, { mode });
  renameSync(temporary, path);
}

/** Regular files of a ustar archive. @param {Buffer} archive @returns {Generator<{ name: string, mode: number, bytes: Buffer }>} */
function* tarEntries(archive) {
  const text = (/** @type {number} */ at, /** @type {number} */ length) =>
    archive.toString("latin1", at, at + length).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= archive.length;) {
    const name = text(at, 100).replace(/^\.\//, "");
    if (!name) return;
    const size = parseInt(text(at + 124, 12).trim() || "0", 8);
    const mode = parseInt(text(at + 100, 8).trim() || "644", 8);
    const type = text(at + 156, 1);
    if (type === "0" || type === "") yield { name, mode, bytes: archive.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
