// npm run docs:figures [-- measure]: draws the figures of the guides, docs/figures/*.svg, from data: reports of comparisons, and activations by depth, which `measure` measures first (a minute).
import { mkdirSync, writeFileSync } from "node:fs";
import { figures, folder } from "./draw.ts";
import { measureInitScales } from "./init-scale.ts";

const [command, ...more] = process.argv.slice(2);
if ((command !== undefined && command !== "measure") || more.length > 0)
  throw new Error(`docs:figures: must be given "measure" or nothing; got "${[command, ...more].join(" ")}".`);

mkdirSync(folder, { recursive: true });
if (command === "measure") {
  const scales = await measureInitScales("npm run docs:figures -- measure");
  writeFileSync(new URL("init-scale.json", folder), `${JSON.stringify(scales)}\n`);
}
for (const [name, text] of figures()) writeFileSync(new URL(name, folder), text);
