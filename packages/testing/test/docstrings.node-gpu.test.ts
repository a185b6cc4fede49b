// The example of every public docstring runs. An example need not import: the names it uses are imported from its own package and the
// layers below it, and `given` holds what examples may take for granted. Docstrings of what a package does not export are not public.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, test } from "vitest";
import * as base from "@x/base";
import * as kernels from "@x/kernels-wgsl";
import * as mamba2 from "@x/mamba2";
import * as mamba2Adapters from "@x/mamba2/adapters";
import * as chat from "@x/mamba2/chat";
import * as serve from "@x/mamba2/serve";
import * as nn from "@x/nn";
import * as nnAdapters from "@x/nn/adapters";
import * as tensor from "@x/tensor";
import * as trace from "@x/tensor/trace";
import { docstringPrograms } from "../src/code-blocks.mjs";

/** Folder of a package → where its examples may import from; the first that exports a name gives it. */
const sources: Record<string, Record<string, object>> = {
  base: { "@x/base": base },
  "kernels-wgsl": { "@x/kernels-wgsl": kernels },
  tensor: { "@x/tensor": tensor, "@x/tensor/trace": trace },
  nn: { "@x/nn": nn, "@x/nn/adapters": nnAdapters, "@x/tensor": tensor },
  mamba2: {
    "@x/mamba2": mamba2,
    "@x/mamba2/adapters": mamba2Adapters,
    "@x/mamba2/chat": chat,
    "@x/mamba2/serve": serve,
    "@x/nn": nn,
    "@x/tensor": tensor,
  },
};

const given: Record<string, string> = {
  gpuDevice: "await (await navigator.gpu.requestAdapter())!.requestDevice()",
  x: 'await import("@x/tensor").then(({ tensor }) => tensor([[1, -2, 3], [0.5, 5, -6]]))',
};

const root = join(import.meta.dirname, "../../..");
const folder = join(root, ".cache/docstrings"); // inside the repository, so that imports of @x/… resolve

/** Imports of the exported names that the code uses and does not declare itself. */
function importsOf(code: string, modules: Record<string, object>): string {
  const bare = code.replace(/\/\/.*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
  const declared = new Set(
    [...bare.matchAll(/\b(?:const|let|function|class)\s+(?:[[{]([^\]}]*)[\]}]|(\w+))/g)].flatMap(
      ([, list, name]) => list?.match(/\w+/g) ?? [name],
    ),
  );
  const wanted = new Set(
    [...bare.matchAll(/(?<!\w|(?<!\.)\.)[A-Za-z_]\w*/g)].map(([name]) => name).filter((name) => !declared.has(name)),
  );
  const lines: string[] = [];
  for (const [specifier, exports] of Object.entries(modules)) {
    const names = Object.keys(exports).filter((name) => wanted.delete(name));
    if (names.length > 0) lines.push(`import { ${names.join(", ")} } from "${specifier}";`);
  }
  for (const [name, expression] of Object.entries(given))
    if (wanted.has(name)) lines.push(`const ${name} = ${expression};`);
  return lines.join("\n");
}

mkdirSync(folder, { recursive: true });
for (const [name, modules] of Object.entries(sources)) {
  const src = join(root, "packages", name, "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort();
  const own = Object.assign(
    {},
    ...Object.entries(modules).map(([specifier, exports]) => (specifier.startsWith(`@x/${name}`) ? exports : {})),
  ) as object;
  const examples = files.flatMap((file) => {
    const programs = docstringPrograms(readFileSync(join(src, file), "utf8"));
    const isPublic = programs.filter(({ symbol }) => symbol === undefined || symbol in own);
    return isPublic.map(({ code, line }) => ({ code, title: `${relative(root, join(src, file))}:${line}` }));
  });
  describe(`@x/${name}`, () => {
    test.each(examples)("$title", async ({ title, code }) => {
      const program = /^import /m.test(code) ? code : `${importsOf(code, modules)}\n${code}`;
      const path = join(folder, `${title.replace(/\W+/g, "-")}.ts`);
      writeFileSync(path, `${program}\nexport {};\n`);
      try {
        await import(/* @vite-ignore */ path);
      } catch (error) {
        throw new Error(
          `The example at ${title} fails: ${error instanceof Error ? error.message : error}\n\n${program}`,
          { cause: error },
        );
      }
    });
  });
}
