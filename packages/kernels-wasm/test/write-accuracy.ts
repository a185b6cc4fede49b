// npm run accuracy:update: measures the accuracy of the functions and writes the table into README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { withAccuracyTable } from "./accuracy.ts";

const readme = new URL("../README.md", import.meta.url);
writeFileSync(readme, withAccuracyTable(readFileSync(readme, "utf8")));
