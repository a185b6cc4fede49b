// npm run budgets: what a page pays for what it imports, gzipped, import path by import path, and the most that it may be. Chunks that a method loads when it
// is called (`import()`) are counted apart; what generating and loading come to with them has lines of its own.
import { pathToFileURL } from "node:url";
import { bundle } from "../../packages/testing/src/bundle.mjs";

/**
 * kB of gzip, 3 to 8 % above what was measured. A budget may shrink with what it measures; raising one wants a reason in the commit.
 * @type {readonly (readonly [most: number, what: string, program: string])[]}
 */
const budgets = [
  [14, "a kernel of your own with its runner", 'import { createRunner } from "@x/kernels-wgsl"; show(createRunner);'],
  [
    15,
    "AdamW on your own buffers",
    'import { adamw, createRunner } from "@x/kernels-wgsl"; show(createRunner, adamw);',
  ],
  [
    22,
    "the RMS norm on your own buffers",
    'import { createRunner, rmsNorm } from "@x/kernels-wgsl"; show(createRunner, rmsNorm);',
  ],
  [30, "add, of @x/tensor/core", 'import { add } from "@x/tensor/core"; show(add);'],
  [45, "add on the CPU", 'import { add, cpuDevice, tensor } from "@x/tensor/core"; show(add, cpuDevice, tensor);'],
  [60, "add on a GPU", 'import { add, tensor, webgpuDevice } from "@x/tensor/core"; show(add, tensor, webgpuDevice);'],
  [
    169,
    "@x/mamba2/core: forward of a plain model, on the CPU",
    'import { Mamba2LM } from "@x/mamba2/core"; show(new Mamba2LM({ dModel: 32, nLayer: 2, vocabSize: 256 }).forward);',
  ],
  [
    187,
    "the same, on a GPU too",
    'import { Mamba2LM } from "@x/mamba2/core"; import { webgpuDevice } from "@x/tensor/core"; show(Mamba2LM, webgpuDevice);',
  ],
  [
    202,
    "the same, once it has generated a text on the CPU",
    'import { Mamba2LM } from "@x/mamba2/core"; import { generateText } from "./generation/all.ts"; show(Mamba2LM, generateText);',
  ],
  [
    204,
    "the same, once it has been loaded from its files",
    'import { Mamba2LM } from "@x/mamba2/core"; import { load } from "./model/stored-files.ts"; show(Mamba2LM, load);',
  ],
  [
    226,
    "@x/mamba2: forward of every model (attention, experts, loss, steps)",
    'import { Mamba2LM } from "@x/mamba2"; show(new Mamba2LM({ dModel: 32, nLayer: 2, vocabSize: 256 }).forward);',
  ],
  [276, "@x/mamba2: a model that trains", 'import { Mamba2LM, train } from "@x/mamba2"; show(Mamba2LM, train);'],
  [94, "@x/nn/adapters", 'import { LinearAdapter } from "@x/nn/adapters"; show(LinearAdapter);'],
  [224, "@x/mamba2/adapters", 'import { addAdapter } from "@x/mamba2/adapters"; show(addAdapter);'],
  [17, "@x/mamba2/hub", 'import { openRepository, pageCache } from "@x/mamba2/hub"; show(openRepository, pageCache);'],
  [14, "@x/mamba2/gguf", 'import { ggufFiles } from "@x/mamba2/gguf"; show(ggufFiles);'],
  [115, "@x/mamba2/chat", 'import { chat } from "@x/mamba2/chat"; show(chat);'],
  [
    17,
    "@x/mamba2/families: layouts of other libraries",
    'import { LAYOUTS } from "@x/mamba2/families"; show(LAYOUTS);',
  ],
];

/** Prints every size beside its budget. @returns {Promise<string[]>} what is over it */
export async function checkBudgets() {
  const over = [];
  for (const [most, name, program] of budgets) {
    const { first, later } = await bundle(program.replace("show(", "console.log("));
    const size = first.gzipKB;
    const onCall = later.gzipKB > 0 ? `, ${later.gzipKB.toFixed(1)} kB more in chunks that methods load` : "";
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
