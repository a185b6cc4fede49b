// The programs of the guides that ask for a GPU.
import { expect, it } from "vitest";
import { docPrograms, runProgram } from "./doc-programs.ts";

const programs = docPrograms().filter(({ needsGpu }) => needsGpu);

it("there are some", () => expect(programs.length).toBeGreaterThan(2));

/** The driver of the tests is software, and a tuner need not take its 10 s. */
const instead = {
  "requestRunner()": "requestRunner({ software: true })",
  "requestRunner({ tuning })": "requestRunner({ tuning, software: true })",
  "10_000": "100",
};
it.each(programs)("$title", { timeout: 120_000 }, (program) => runProgram(program, instead));
