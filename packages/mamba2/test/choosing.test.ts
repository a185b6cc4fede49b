// The device's choice against the definition, on the CPU; WebGPU in choosing.gpu.test.ts.
import { cpuDevice } from "@x/tensor";
import { testChoosing } from "./choosing-cases.ts";

testChoosing(cpuDevice);
