// Every export of every package can be called on WebGPU as the table of examples says.
import { sharedGpu } from "@x/testing/shared-gpu";
import { webgpuDevice } from "@x/tensor";
import { packages } from "../src/exports/index.ts";
import { describeExports } from "./exports-cases.ts";

describeExports(await webgpuDevice({ device: await sharedGpu() }), packages);
