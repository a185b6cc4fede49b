// The fuzz of random programs.
export { FuzzFailure, missingOracles, runProgram } from "./program.ts";
