// The part of npm run test:pack that checks the packed declarations under the TypeScript versions and libraries users have, with skipLibCheck off.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

/**
 * @param {{ check: (what: string, command: string, args: string[], options: object) => string | undefined, folder: string, dependencies: Record<string, string>, specifiers: string[] }} given
 *   specifiers: every import path of the packages
 */
export function checkTypeScripts({ check, folder, dependencies, specifiers }) {
  for (const version of versions) {
    const home = join(folder, `typescript-${version}`);
    mkdirSync(home, { recursive: true });
    const tools = { typescript: version, "@webgpu/types": webgpuTypes, "@types/node": nodeTypes };
    writeFileSync(
      join(home, "package.json"),
      JSON.stringify({ private: true, type: "module", dependencies: { ...dependencies, ...tools } }),
    );
    const options = { cwd: home };
    if (
      check(
        `TypeScript ${version}: npm install`,
        "npm",
        ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"],
        options,
      ) === undefined
    )
      continue;
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
        check(
          `TypeScript ${version} with ${name}: no errors in ${file}`,
          join(home, "node_modules/.bin/tsc"),
          ["-p", home],
          options,
        );
      }
    }
  }
}
