// A program bundled as Vite bundles a page's: its chunks, those that the page begins with, and those that an `import()` loads when it is reached.
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build } from "vite";

const folder = join(import.meta.dirname, "../../mamba2/src"); // every package can be imported from here

/**
 * @typedef {object} Part chunks of a bundle, together
 * @property {number} gzipKB
 * @property {string[]} files of packages/, of which something was kept
 * @property {string} code
 */

/**
 * Bundled from the sources, minified.
 * @param {string} program
 * @returns {Promise<{ first: Part, later: Part }>}
 */
export async function bundle(program) {
  const entry = "\0entry.js";
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "error",
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
    build: { write: false, rollupOptions: { input: entry, external: ["webgpu"] } },
  });
  const chunks = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  const code = new Map(chunks.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk]] : [])));
  const first = new Set([...code.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first) for (const imported of code.get(name)?.imports ?? []) first.add(imported);
  /** @param {boolean} isFirst @returns {Part} */
  const part = (isFirst) => {
    const own = [...code.values()].filter(({ fileName }) => first.has(fileName) === isFirst);
    const kept = own
      .flatMap(({ modules }) => Object.entries(modules))
      .filter(([, { renderedLength }]) => renderedLength);
    return {
      gzipKB: own.reduce((sum, chunk) => sum + gzipSync(chunk.code).length / 1000, 0),
      files: kept.flatMap(([id]) => (id.includes("/packages/") ? [id.slice(id.indexOf("/packages/") + 10)] : [])),
      code: own.map((chunk) => chunk.code).join("\n"),
    };
  };
  return { first: part(true), later: part(false) };
}
