// Golden data on the CPU.
import { cpuDevice } from "@x/tensor";
import { describeGoldenData } from "./golden-data.ts";

await describeGoldenData(cpuDevice());
