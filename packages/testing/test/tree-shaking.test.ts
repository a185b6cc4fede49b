// What a page pays for what it imports: a bundle of one function of @x/tensor/core holds that function's ops only.
import { join } from "node:path";
import { build } from "vite";
import { describe, expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../mamba2/src"); // every package can be imported from here

/** The minified bundle of a program, and the files of packages/ that something was kept of: those that it begins with, and those that it loads when it comes to an `import()`. */
async function bundleOf(
  program: string,
): Promise<{ readonly bytes: number; readonly files: string[]; readonly later: string[] }> {
  const entry = "\0entry.js";
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        enforce: "pre",
        resolveId(id, importer) {
          if (id === entry) return id;
          return importer === entry ? this.resolve(id, join(folder, "index.ts")) : undefined;
        },
        load: (id) => (id === entry ? program : undefined),
      },
    ],
    resolve: { conditions: ["@x/source"] },
    build: { write: false, rollupOptions: { input: entry, external: [/^node:/, "webgpu"] } },
  });
  const chunks = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  const code = chunks.flatMap((chunk) => (chunk.type === "chunk" ? [chunk] : []));
  const first = new Set(code.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first)
    for (const imported of code.find(({ fileName }) => fileName === name)?.imports ?? []) first.add(imported);
  const keptOf = (isFirst: boolean): string[] =>
    code
      .filter(({ fileName }) => first.has(fileName) === isFirst)
      .flatMap(({ modules }) => Object.entries(modules))
      .flatMap(([id, { renderedLength }]) => (renderedLength > 0 && id.includes("/packages/") ? [id] : []));
  return {
    bytes: code.reduce((sum, chunk) => sum + chunk.code.length, 0),
    files: keptOf(true),
    later: keptOf(false),
  };
}

const names = (files: readonly string[]): string[] => files.map((file) => file.slice(file.indexOf("/packages/") + 10));

describe("a bundle", () => {
  it("of a function of shapes holds no op", async () => {
    const { bytes, files } = await bundleOf(
      'import { showShape } from "@x/tensor/core";\nconsole.log(showShape([1]));',
    );
    expect(names(files).filter((file) => /kernels|ops\//.test(file))).toEqual([]);
    expect(bytes).toBeLessThan(3000);
  });

  it("of add, without methods, holds neither products nor devices on a GPU", async () => {
    const { bytes, files } = await bundleOf('import { add } from "@x/tensor/core";\nconsole.log(add);');
    expect(names(files)).toContain("tensor/src/ops/elementwise/arithmetic.ts");
    expect(
      names(files).filter((file) => /ops\/(matmul|linear|softmax|random|quantize)|webgpu\.ts|methods/.test(file)),
    ).toEqual([]);
    expect(bytes).toBeLessThan(140_000);
  });

  it("of @x/tensor holds the methods, and so every op", async () => {
    const { files } = await bundleOf('import { add } from "@x/tensor";\nconsole.log(add);');
    expect(names(files)).toEqual(
      expect.arrayContaining(["tensor/src/methods.ts", "tensor/src/ops/matmul.ts", "tensor/src/ops/softmax.ts"]),
    );
  });

  it("of a model holds no method, and what chats and reads hubs only once it is asked for", async () => {
    const { files, later } = await bundleOf('import { Mamba2LM } from "@x/mamba2";\nconsole.log(Mamba2LM);');
    expect(names([...files, ...later]).filter((file) => /^(tensor|nn)\/.*methods/.test(file))).toEqual([]);
    expect(names(files).filter((file) => /^mamba2\/src\/(chat|hub)\//.test(file))).toEqual([]);
    expect(names(later)).toEqual(expect.arrayContaining(["mamba2/src/chat/jinja.ts", "mamba2/src/hub/pretrained.ts"]));
  });
});
