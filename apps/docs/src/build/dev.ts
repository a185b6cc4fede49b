// npm run docs:dev [-- --port N]: the site, built again when a file changes, and the page loads again by itself. Without the API reference, which takes too long for that.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createServer } from "vite";
import { app, root } from "./root.ts";
import { buildSite } from "./site.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "5180" } } });
const out = resolve(root, ".cache/docs-dev");
const watched = ["docs", "examples", "apps/docs/src", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Builds; says what is wrong and goes on. */
async function build(client: boolean): Promise<void> {
  try {
    const { pages, seconds } = await buildSite({ out, api: false, client });
    console.log(`${pages} pages, ${seconds.toFixed(1)} s`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

console.log("building the site, a quarter of a minute …");
await build(true);
const server = await createServer({
  configFile: false,
  root: out,
  appType: "mpa",
  logLevel: "warn",
  server: { port: Number(values.port), watch: { ignored: [`${out}/**`] } },
  // files are served as they were built
  optimizeDeps: { noDiscovery: true },
});
await server.listen();
console.log(`serving ${server.resolvedUrls?.local.join(", ")}`); // printUrls is silent below the level "info"
server.watcher.add([...watched, "packages/*/README.md"].map((path) => resolve(root, path)));

let pending: ReturnType<typeof setTimeout> | undefined;
let scripts = false;
server.watcher.on("change", (file) => {
  scripts ||= file.startsWith(resolve(app, "src/client")) || file.startsWith(resolve(app, "src/shared"));
  clearTimeout(pending);
  pending = setTimeout(async () => {
    const client = scripts;
    scripts = false;
    await build(client);
    server.ws.send({ type: "full-reload" });
  }, 100);
});
