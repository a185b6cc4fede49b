// npm run tuning:add -- FILE: writes the choices of a tuning file into the table of its class of adapters, packages/kernels-wgsl/src/tuning/CLASS.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseTuning } from "../core/report.ts";
import { tableFile } from "../core/tuner.ts";
import type { TuningReport } from "../core/tuning.ts";

const titles: Readonly<Record<string, string>> = {
  amd: "AMD GPUs",
  apple: "Apple GPUs",
  intel: "Intel GPUs",
  nvidia: "NVIDIA GPUs",
  qualcomm: "Qualcomm GPUs",
};

const written = "by `npm run tuning:add`";

/** Plain data as TypeScript; "always" is written as what it is. */
function source(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/"([a-z]\w*)":/gi, "$1: ")
    .replaceAll(String(2 ** 30), "2 ** 30");
}

/**
 * The table of a class, of what tuning found and the safe defaults.
 * @param before the file as it is
 * @throws Error that says why these choices cannot be written there
 */
export function tableText({ adapter, tuning, date, version }: TuningReport, before: string): string {
  const title = Object.hasOwn(titles, adapter.class) ? titles[adapter.class] : undefined;
  if (title === undefined)
    throw new Error(
      `the adapter must be of ${Object.keys(titles).join(", ")}; got "${adapter.class}" (${adapter.description}). Others have no table of their own.`,
    );
  const { adapter: _, matmul, ...sections } = tuning;
  const parts = Object.entries({ ...(matmul && { matmul: { measured: matmul } }), ...sections });
  if (parts.length === 0) throw new Error("the file must hold choices; it has none, so nothing was measured.");
  const body = parts.map(([name, section]) => `  ${name}: { ...unknown.${name}, ${source(section).slice(1, -1)} },\n`);
  if (!before.includes("{ ...unknown };") && !before.includes(written))
    throw new Error(
      `${tableFile(adapter.class)} must be the safe defaults, or written ${written}; it is written by hand. Merge what you measured to be faster into it:\n${body.join("")}`,
    );
  const name =
    adapter.description.replaceAll(/[^\w.:()+-]+/g, " ").trim() || adapter.architecture.replaceAll(/\W/g, "");
  return `// ${title}: measured on ${name || adapter.class}, ${date.slice(0, 10)}, with version ${version.replaceAll(/[^\w.-]/g, "")}, ${written}; the rest are the safe
// defaults.
import type { TuningTable } from "./table.ts";
import { unknown } from "./unknown.ts";

export const ${adapter.class}: TuningTable = {
  ...unknown,
${body.join("")}};
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [file, ...more] = process.argv.slice(2);
  try {
    if (file === undefined || more.length > 0)
      throw new Error("must be given one file, of the bench page or `npm run bench -- --tune`.");
    const found = parseTuning(readFileSync(file, "utf8"));
    const path = tableFile(found.adapter.class);
    const table = fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
    writeFileSync(table, tableText(found, found.adapter.class in titles ? readFileSync(table, "utf8") : ""));
    console.log(
      `Wrote ${path}. Now: npm run format, npm run wgsl:update, npm run test:quick; then CONTRIBUTING.md, "Give your GPU's tuning".`,
    );
  } catch (error) {
    console.error(`tuning:add: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
