// Golden data on WebGPU.
import { sharedGpu } from "@x/testing/shared-gpu";
import { webgpuDevice } from "@x/tensor";
import { describeGoldenData } from "./golden-data.ts";

await describeGoldenData(await webgpuDevice({ device: await sharedGpu() }));
