// Golden data on WebGPU.
import { webgpuDevice } from "@x/tensor";
import { describeGoldenData } from "./golden-data.ts";

await describeGoldenData(await webgpuDevice({ software: true }));
