// npm run accuracy:update: measures the accuracy of the elementwise functions on SwiftShader and writes the table into src/elementwise/README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { requestRunner } from "../src/index.ts";
import { withAccuracyTable } from "./accuracy.ts";

const readme = new URL("../src/elementwise/README.md", import.meta.url);
const runner = await requestRunner({ software: true });
writeFileSync(readme, await withAccuracyTable(readFileSync(readme, "utf8"), runner));
runner.destroy();
process.exit(0);
