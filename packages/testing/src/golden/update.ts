// npm run wgsl:update: rewrites the golden files from the code.
import { allGoldenShaders, goldenFiles, updateGoldenFiles } from "./files.ts";

const touched = updateGoldenFiles(goldenFiles(allGoldenShaders()));
console.log(touched.length === 0 ? "The golden files agree with the code." : `Rewritten: ${touched.join(", ")}`);
