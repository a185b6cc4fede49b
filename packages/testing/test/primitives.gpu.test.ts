// Every exported primitive on WebGPU in all of its cases.
import { testedCases } from "../src/index.ts";
import { describePrimitives } from "./primitives-cases.ts";

describePrimitives(testedCases);
