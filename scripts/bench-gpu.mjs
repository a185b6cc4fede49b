// npm run bench:gpu [-- ARGS]: checks and measurements on this machine's GPU (apps/bench/src/gpu); --software tries it on SwiftShader.
// npm run bench:gpu -- --pack DIR [--peers]: makes DIR a folder that runs the same, with run.sh, on a Linux x64 machine that has nothing but a driver; `run.sh suite ARGS` is npm run bench there, `run.sh sequences ARGS` npm run check:sequences, `run.sh reproduce ARGS` npm run reproduce. With --peers, `run.sh suite --peers` has the libraries of npm run bench:peers to compare with.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build, defaultServerConditions } from "vite";
import { runInForeground } from "../packages/testing/src/foreground.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { packPeers } from "./pack-peers.mjs";
import { fromSource, root } from "./workspace.mjs";

const source = join(root, "apps/bench/src/gpu");

/**
 * An entry and the library as ESM; Dawn, and what only a machine with everything installed can use, stay outside.
 * @param {string} entry @param {string} folder @param {string} name of the file
 */
async function bundle(entry, folder, name) {
  const conditions = ["@x/source", ...defaultServerConditions];
  await build({
    configFile: false,
    root,
    logLevel: "error",
    resolve: { conditions },
    ssr: { noExternal: true, external: ["webgpu", "vite", "playwright", "playwright-core"], resolve: { conditions } },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: "node20",
      rollupOptions: { output: { format: "es", entryFileNames: name, chunkFileNames: "[name]-[hash].mjs" } },
    },
  });
}

/** Compresses a file once: Node and Dawn are large, and the folder has to travel. @param {string} from @param {string} to */
function compress(from, to) {
  if (existsSync(to)) return;
  const { status, error } = spawnSync("sh", ["-c", 'xz -T0 -6 -c "$1" > "$2"', "sh", from, to], { stdio: "inherit" });
  if (status !== 0) throw error ?? new Error(`xz ended with ${status}`);
}

/** @param {string} target @param {boolean} peers */
async function pack(target, peers) {
  const folder = resolve(target);
  const webgpu = join(folder, "node_modules/webgpu");
  mkdirSync(join(webgpu, "dist/linux-x64"), { recursive: true });
  for (const file of ["index.js", "package.json"]) cpSync(join(root, "node_modules/webgpu", file), join(webgpu, file));
  mkdirSync(join(folder, "node_modules/@x/tensor"), { recursive: true });
  cpSync(join(root, "packages/tensor/package.json"), join(folder, "node_modules/@x/tensor/package.json")); // reports name its version
  compress(join(root, "node_modules/webgpu/dist/linux-x64/dawn.node"), join(webgpu, "dist/linux-x64/dawn.node.xz"));
  compress(process.execPath, join(folder, `node-${process.version}.xz`));
  writeFileSync(join(folder, "node-version"), process.version);
  cpSync(join(root, "packages/testing/fixtures"), join(folder, "fixtures"), { recursive: true });
  const text = "node_modules/typescript/lib/lib.dom.d.ts"; // what models learn
  mkdirSync(join(folder, dirname(text)), { recursive: true });
  for (const file of ["node_modules/typescript/package.json", text]) cpSync(join(root, file), join(folder, file));
  for (const file of ["run.sh", "bench_torch.py"]) cpSync(join(source, file), join(folder, file));
  rmSync(join(folder, "js"), { recursive: true, force: true });
  await bundle(join(source, "main.ts"), join(folder, "js"), "gpu.mjs");
  await bundle(join(root, "apps/bench/src/node/main.ts"), join(folder, "js"), "suite.mjs");
  await bundle(join(root, "packages/mamba2/test/sequences/main.ts"), join(folder, "js"), "sequences.mjs");
  const models = join(root, "packages/mamba2/test/fixtures"); // whose configurations it reads
  for (const path of ["official.json", "hf.json", "fla.json", "families"])
    cpSync(join(models, path), join(folder, "sequences", path), { recursive: true });
  await bundle(join(root, "apps/bench/src/reproduce/main.ts"), join(folder, "js"), "reproduce.mjs");
  if (peers) await packPeers(join(folder, "peers.tar.xz"), bundle);
  console.log(`Packed ${folder}: run.sh ARGS there.`);
}

const args = process.argv.slice(2);
if (args[0] === "--pack") {
  const [, target, ...more] = args;
  const unknown = more.find((arg) => arg !== "--peers");
  if (target === undefined || target.startsWith("-") || unknown !== undefined) {
    console.error(`usage: npm run bench:gpu -- --pack DIR [--peers]${unknown ? `; got ${unknown}` : ""}`);
    process.exitCode = 2;
  } else {
    await pack(target, more.includes("--peers"));
  }
} else {
  process.exitCode = await runInForeground(process.execPath, [...fromSource, join(source, "main.ts"), ...args], {
    env: args.includes("--software") ? gpuEnv() : {},
  });
}
