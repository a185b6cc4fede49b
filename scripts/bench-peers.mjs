// npm run bench:peers: installs the libraries that the bench compares with, in apps/bench/peers. Hundreds of megabytes, and no part of npm ci.
import { fileURLToPath } from "node:url";
import { run } from "./workspace.mjs";

const { status } = run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
  cwd: fileURLToPath(new URL("../apps/bench/peers", import.meta.url)),
});
if (status === 0) console.log("Installed. Compare with: npm run bench -- --peers");
process.exit(status);
