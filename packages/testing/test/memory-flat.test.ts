// Memory on the CPU: all that a call does not return is free after it. With WebAssembly and without, since the two have allocators of their own.
import { createCpuDevice } from "@x/tensor";
import { packages } from "../src/exports/index.ts";
import { describeMemory } from "./memory-cases.ts";

describeMemory(createCpuDevice(), packages);
describeMemory(createCpuDevice({ wasm: false }), packages);
