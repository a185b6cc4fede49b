// The gate's oracle on the CPU: with WebAssembly, and with nothing but loops.
import { createCpuDevice } from "@x/tensor";
import { describeOracle } from "./oracle-cases.ts";

describeOracle(createCpuDevice());
describeOracle(createCpuDevice({ wasm: false }));
