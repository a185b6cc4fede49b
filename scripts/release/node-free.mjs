// The part of npm run check:packages that follows every import path that a page can have through the built files, as a bundler for browsers resolves them, npm's packages included:
// nothing may lead to a module of Node's own, whether by `import` or by `import()`.
import { builtinModules } from "node:module";
import { join, relative } from "node:path";
import { build } from "vite";
import { browserEntries } from "../../packages/testing/src/browser-build.mjs";
import { manifest, publishedPackages, root } from "../workspace.mjs";

/** @typedef {import("./checks.mjs").Checks} Checks */

const builtins = new Set(builtinModules);

/** @param {string} id of an import */
const isNodes = (id) => id.startsWith("node:") || builtins.has(id);

/**
 * What leads to Node.
 * @param {Record<string, string>} input files, by names
 * @returns {Promise<{ found: string[], modules: number }>} how many modules were followed, too
 */
export async function importsOfNode(input) {
  const found = /** @type {Set<string>} */ (new Set());
  let modules = 0;
  await build({
    root,
    configFile: false,
    logLevel: "silent",
    resolve: { mainFields: ["module", "main"] }, // a browser field that maps files is not read by every bundler
    plugins: [
      {
        name: "node-free",
        enforce: "pre",
        resolveId(id, importer) {
          if (!isNodes(id)) return undefined;
          found.add(`${importer === undefined ? "an entry" : relative(root, importer)} imports ${id}`);
          return { id, external: true };
        },
        moduleParsed: () => void modules++,
      },
    ],
    // nothing is left out before it was followed
    build: { write: false, minify: false, rolldownOptions: { input, external: ["webgpu"], treeshake: false } },
  });
  return { found: [...found].sort(), modules };
}

/** The packages must have been built. @param {Checks} checks */
export async function checkNodeFree(checks) {
  const input = Object.fromEntries(
    publishedPackages.flatMap((folder) =>
      browserEntries(manifest(folder)).flatMap(({ name, source }) => {
        const modules = source.replace("./src/", "dist/").replace(/\.ts$/, ".js");
        const paths = { modules, browser: `dist/browser/${name}.js` };
        return Object.entries(paths).map(([kind, path]) => [
          `${folder}-${name}-${kind}`,
          join(root, "packages", folder, path),
        ]);
      }),
    ),
  );
  const { found, modules } = await importsOfNode(input);
  checks.note(
    `nothing that a page imports leads to a module of Node (${Object.keys(input).length} entries, ${modules} modules)`,
    found.length === 0 ? undefined : found.join("\n"),
  );
  const { found: there } = await importsOfNode({ node: join(root, "packages/mamba2/dist/node.js") });
  checks.holds("what @x/mamba2/node imports of Node is found", there.length > 0, () => "Nothing was found.");
}
