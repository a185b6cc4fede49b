// The part of npm run test:release that checks the published declarations under the TypeScript versions and libraries users have, with skipLibCheck off.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifest, publishedPackages } from "../workspace.mjs";
import { installArguments, writeFolder } from "./folders.mjs";

/** The last release of each line; @webgpu/types for those whose DOM library lacks WebGPU, and for programs without a DOM. */
const versions = ["5.7.3", "5.8.3", "5.9.3", "6.0.3"];
const webgpuTypes = "0.1.74";
const nodeTypes = "26.6.7";

const language = ["es2023", "esnext.disposable"];
const dom = ["dom", "dom.iterable", "dom.asynciterable"];

/**
 * What a program has: before TypeScript 6 its DOM library lacks WebGPU, which @webgpu/types then brings (for a DOM; its own declarations need one); without a DOM
 * or a worker's library there is no WebGPU, and only the packages below it can be used.
 * @param {string} version @returns {Record<string, { lib: string[], types: string[], belowWebGPU?: true }>}
 */
function libraries(version) {
  const node = { lib: language, types: ["node"], belowWebGPU: /** @type {const} */ (true) };
  if (Number(version.split(".")[0]) < 6)
    return {
      "DOM and @webgpu/types": { lib: [...language, ...dom], types: ["@webgpu/types"] },
      "neither DOM nor worker": node,
    };
  return {
    DOM: { lib: [...language, ...dom], types: [] },
    worker: { lib: [...language, "webworker", "webworker.iterable", "webworker.asynciterable"], types: [] },
    "DOM and Node": { lib: [...language, ...dom], types: ["node"] },
    "neither DOM nor worker": node,
  };
}

/** A program that calls methods. @param {string} specifier @param {string} before a comment above each call @returns {string} */
function methods(specifier, before) {
  const calls = ["x.softmax(-1);", "x.reshape(2, 1);", "x.reshape([2, 1]);"];
  return [
    `import { tensor } from ${JSON.stringify(specifier)};`,
    "const x = tensor([1, 2]);",
    ...calls.map((call) => `${before}\n${call}`),
  ].join("\n");
}

/** Every import path of the packages. */
const specifiers = publishedPackages.flatMap((folder) =>
  Object.entries(manifest(folder).exports ?? {}).flatMap(([path, { types }]) =>
    types === undefined ? [] : [`@x/${folder}${path.slice(1)}`],
  ),
);

/**
 * @param {import("./checks.mjs").Checks} checks
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, versions: import("./rehearsal.mjs").Versions }} where
 */
export function checkTypeScripts(checks, { folder, registry, versions: { released } }) {
  const ours = Object.fromEntries(publishedPackages.map((name) => [manifest(name).name, released]));
  for (const version of versions) {
    const home = join(folder, `typescript-${version}`);
    const tools = { typescript: version, "@webgpu/types": webgpuTypes, "@types/node": nodeTypes };
    writeFolder(home, registry, { ...ours, ...tools });
    const options = { cwd: home };
    const install = [...installArguments, "--ignore-scripts"];
    if (checks.command(`TypeScript ${version}: npm install`, "npm", install, options) === undefined) continue;
    for (const [name, { lib, types, belowWebGPU }] of Object.entries(libraries(version))) {
      const imported = specifiers.filter((specifier) =>
        belowWebGPU
          ? ["@x/base", "@x/kernels-wasm"].includes(specifier)
          : types.includes("node") || !specifier.endsWith("/node"),
      );
      writeFileSync(
        join(home, "program.ts"),
        imported.map((specifier, i) => `export * as p${i} from ${JSON.stringify(specifier)};\n`).join(""),
      );
      // Methods are visible through @x/tensor, and through nothing else.
      const files = ["program.ts"];
      if (!belowWebGPU) {
        writeFileSync(join(home, "methods.ts"), methods("@x/tensor", ""));
        writeFileSync(join(home, "core.ts"), methods("@x/tensor/core", "// @ts-expect-error"));
        files.push("methods.ts", "core.ts");
      }
      const compilerOptions = {
        module: "nodenext",
        target: "es2022",
        lib,
        types,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
      };
      for (const file of files) {
        writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
        checks.command(
          `TypeScript ${version} with ${name}: no errors in ${file}`,
          join(home, "node_modules/.bin/tsc"),
          ["-p", home],
          options,
        );
      }
    }
  }
}
