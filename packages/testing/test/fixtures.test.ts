// Golden data of the PyTorch reference implementations on the CPU.
import { cpuDevice } from "@x/tensor";
import { describeGoldenData } from "./golden-data.ts";

await describeGoldenData(cpuDevice());
