// Memory on WebGPU: all that a call does not return is free after it.
import { webgpuDevice } from "@x/tensor";
import { packages } from "../src/exports/index.ts";
import { describeMemory } from "./memory-cases.ts";

describeMemory(await webgpuDevice({ software: true }), packages);
