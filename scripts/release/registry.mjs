// A registry of npm packages on this machine alone: Verdaccio on loopback, with a folder of its own and no way to any other registry. What is published to it is gone
// when it stops. Folders reach it by a .npmrc of their own (`npmrc`), for the scope @x alone; no user's ~/.npmrc is read or written.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { toolPath } from "./tools.mjs";

/** @typedef {{ url: string, npmrc: string, stop(): Promise<void>, tags(name: string): Promise<Record<string, string>> }} Registry */

const startSeconds = 60;

/** @param {string} folder an empty one, for its packages @returns {Promise<Registry>} */
export async function startRegistry(folder) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    `storage: ./storage
auth: { htpasswd: { file: ./htpasswd, max_users: -1 } }
uplinks: {}
packages:
  "@x/*": { access: $anonymous, publish: $anonymous }
web: { enable: false }
log: { type: file, path: ${join(folder, "verdaccio.log")}, level: warn }
`,
  );
  const child = spawn(process.execPath, [toolPath("verdaccio"), "--config", config, "--listen", `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: "ignore",
  });
  let ended = false;
  const stopped = new Promise((resolve) => child.once("exit", resolve)).then(() => void (ended = true));
  for (const from = Date.now(); !(await answers(`${url}-/ping`)); await new Promise((then) => setTimeout(then, 100)))
    if (ended || Date.now() - from > startSeconds * 1000) {
      child.kill();
      throw new Error(
        `registry: Verdaccio must answer within ${startSeconds} s; ${ended ? "it ended" : "it did not"}. ${logOf(folder)}`,
      );
    }
  return {
    url,
    // The token is no secret: anybody on this machine may publish, but npm wants one to publish at all.
    npmrc: `@x:registry=${url}\n//127.0.0.1:${port}/:_authToken=loopback\nfund=false\naudit=false\nupdate-notifier=false\n`,
    async stop() {
      child.kill();
      await stopped;
    },
    async tags(name) {
      const response = await fetch(`${url}${name.replace("/", "%2f")}`);
      if (!response.ok) throw new Error(`registry: must know ${name}; it answers ${response.status}.`);
      return (await response.json())["dist-tags"];
    },
  };
}

/** @returns {Promise<number>} of a free port on loopback */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // not listening yet: the caller's clock ends the wait
  }
}

/** @param {string} folder */
function logOf(folder) {
  try {
    return readFileSync(join(folder, "verdaccio.log"), "utf8").slice(-2000);
  } catch {
    return "It wrote no log.";
  }
}
