// What tests and tools use of the fixture checker.
export { type CheckOptions, checkFixtures } from "./check.ts";
export { FixtureError, type FixtureEntry, type FixtureSet, readFixtureSet } from "./fixture-set.ts";
export { type Line, showLine, type Summary } from "./report.ts";
