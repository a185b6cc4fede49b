// The gate's oracle on WebGPU.
import { webgpuDevice } from "@x/tensor";
import { describeOracle } from "./oracle-cases.ts";

describeOracle(await webgpuDevice({ software: true }));
