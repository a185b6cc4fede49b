// Every export of every package stands in the table of examples, and can be called as it says, on the CPU with and without WebAssembly.
import * as gguf from "@x/mamba2/gguf";
import * as hub from "@x/mamba2/hub";
import * as node from "@x/mamba2/node";
import { cpuDevice, createCpuDevice } from "@x/tensor";
import { packages } from "../src/exports/index.ts";
import { ggufExports } from "../src/exports/gguf.ts";
import { hubExports } from "../src/exports/hub.ts";
import { nodeExports } from "../src/exports/node.ts";
import { describeExports } from "./exports-cases.ts";

const all = [
  ...packages,
  { name: "@x/mamba2/node", module: node, table: nodeExports },
  { name: "@x/mamba2/hub", module: hub, table: hubExports },
  { name: "@x/mamba2/gguf", module: gguf, table: ggufExports },
];
describeExports(cpuDevice(), all);
describeExports(createCpuDevice({ wasm: false }), all);
