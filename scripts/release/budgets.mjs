// npm run budgets: what a page pays for what it imports, gzipped, import path by import path, and the most that it may be. Chunks that are only loaded when a
// function is called (`import()`) are counted apart.
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build } from "vite";
import { root } from "../workspace.mjs";

/**
 * kB of gzip, 3 to 8 % above what was measured. A budget may shrink with what it measures; raising one wants a reason in the commit.
 * @type {readonly (readonly [most: number, what: string, program: string])[]}
 */
const budgets = [
  [13, "a kernel of your own with its runner", 'import { createRunner } from "@x/kernels-wgsl"; show(createRunner);'],
  [
    13.5,
    "AdamW on your own buffers",
    'import { adamw, createRunner } from "@x/kernels-wgsl"; show(createRunner, adamw);',
  ],
  [
    21,
    "the RMS norm on your own buffers",
    'import { createRunner, rmsNorm } from "@x/kernels-wgsl"; show(createRunner, rmsNorm);',
  ],
  [35, "add, of @x/tensor/core", 'import { add } from "@x/tensor/core"; show(add);'],
  [55, "add on the CPU", 'import { add, cpuDevice, tensor } from "@x/tensor/core"; show(add, cpuDevice, tensor);'],
  [68, "add on a GPU", 'import { add, tensor, webgpuDevice } from "@x/tensor/core"; show(add, tensor, webgpuDevice);'],
  [
    285,
    "@x/mamba2: forward of a model",
    'import { Mamba2LM } from "@x/mamba2"; show(new Mamba2LM({ dModel: 32, nLayer: 2, vocabSize: 256 }).forward);',
  ],
  [312, "@x/mamba2: a model that trains", 'import { Mamba2LM, train } from "@x/mamba2"; show(Mamba2LM, train);'],
  [99, "@x/nn/adapters", 'import { LinearAdapter } from "@x/nn/adapters"; show(LinearAdapter);'],
  [290, "@x/mamba2/adapters", 'import { addAdapter } from "@x/mamba2/adapters"; show(addAdapter);'],
  [
    15.5,
    "@x/mamba2/hub",
    'import { openRepository, pageCache } from "@x/mamba2/hub"; show(openRepository, pageCache);',
  ],
  [14, "@x/mamba2/gguf", 'import { ggufFiles } from "@x/mamba2/gguf"; show(ggufFiles);'],
  [126, "@x/mamba2/chat", 'import { chat } from "@x/mamba2/chat"; show(chat);'],
  [17, "layouts of other libraries (LAYOUTS)", 'import { LAYOUTS } from "@x/mamba2"; show(LAYOUTS);'],
];

const folder = join(root, "packages/mamba2/src"); // every package can be imported from here

/** Bundled and minified by Vite as a page's. @param {string} program @returns {Promise<{ size: number, later: number }>} kB */
export async function bundleSize(program) {
  const entry = "\0entry.js";
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        enforce: "pre",
        resolveId(id, importer) {
          if (id === entry) return id;
          return importer === entry ? this.resolve(id, join(folder, "index.ts")) : undefined;
        },
        load: (id) => (id === entry ? program : undefined),
      },
    ],
    resolve: { conditions: ["@x/source"] },
    build: { write: false, rollupOptions: { input: entry, external: ["webgpu"] } },
  });
  const chunks = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  const code = new Map(chunks.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk]] : [])));
  const first = new Set([...code.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first) for (const imported of code.get(name)?.imports ?? []) first.add(imported);
  const sum = { size: 0, later: 0 };
  for (const [name, chunk] of code) sum[first.has(name) ? "size" : "later"] += gzipSync(chunk.code).length / 1000;
  return sum;
}

/** Prints every size beside its budget. @returns {Promise<string[]>} what is over it */
export async function checkBudgets() {
  const over = [];
  for (const [most, name, program] of budgets) {
    const { size, later } = await bundleSize(program.replace("show(", "console.log("));
    const onCall = later > 0 ? `, ${later.toFixed(1)} kB more on call` : "";
    const line = `${name}: ${size.toFixed(1)} kB gzipped, budget ${most}${onCall}`;
    console.log(line);
    if (size > most) over.push(line);
  }
  return over;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const over = await checkBudgets();
  for (const line of over) console.error(`OVER BUDGET ${line}`);
  process.exitCode = over.length === 0 ? 0 : 1;
}
