// npm run release:publish [-- --dry-run]: builds everything, checks what will be published, and publishes the packages whose version no registry has, with
// git tags. Pre-releases go under their own tag. Where CI offers an identity (GitHub's, GitLab's), npm adds a statement of provenance. --dry-run stops before publishing.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bin, manifest, published, root, run } from "../workspace.mjs";
import { Checks } from "./checks.mjs";
import { checkQuality } from "./quality.mjs";
import { withoutRepository } from "./repository.mjs";

const { values } = parseArgs({ options: { "dry-run": { type: "boolean" } } });
for (const problem of notReady()) {
  console.error(`release:publish: ${problem}`);
  process.exitCode = 1;
}
if (process.exitCode !== 1) {
  const checks = new Checks();
  if (checks.command("build", process.execPath, ["scripts/turbo.mjs", "run", "build"]) !== undefined)
    await checkQuality(checks, { api: "exact" });
  checks.finish("release:publish: checks");
  if (process.exitCode === 0 && !values["dry-run"]) process.exitCode = publish();
}

/** @returns {string[]} why there is nothing that could be published */
function notReady() {
  const pre = join(root, ".changeset/pre.json");
  const applied = existsSync(pre) ? JSON.parse(readFileSync(pre, "utf8")).changesets : [];
  const pending = readdirSync(join(root, ".changeset")).filter(
    (file) => file.endsWith(".md") && file !== "README.md" && !applied.includes(file.slice(0, -".md".length)),
  );
  const { output } = run("git", ["status", "--porcelain"], { stdio: "pipe" });
  const unplaced = withoutRepository();
  return [
    ...(unplaced.length > 0
      ? [`${unplaced.join("; ")}. Where the repository is, says: npm run release:repository -- URL`]
      : []),
    ...(pending.length > 0
      ? [`every changeset must be applied (npm run release:version); ${pending.length} are not: ${pending.join(", ")}.`]
      : []),
    ...(output.trim() === "" ? [] : [`everything must be committed; git status says:\n${output}`]),
  ];
}

/** @returns {number} the exit status of changesets */
function publish() {
  // Changesets does not read the registry of a scope out of .npmrc, and would go to npm's own.
  const configured = run("npm", ["config", "get", "@x:registry"], { stdio: "pipe" }).output.trim();
  const scoped = configured === "undefined" ? {} : { "npm_config_@x:registry": configured };
  const identity = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? process.env["SIGSTORE_ID_TOKEN"];
  const provenance = identity === undefined ? {} : { NPM_CONFIG_PROVENANCE: "true" };
  console.log(
    `Publishing ${published.map((folder) => `${manifest(folder).name}@${manifest(folder).version}`).join(", ")} to ${configured === "undefined" ? "npm's registry" : configured}, ${identity === undefined ? "without provenance: no identity of CI" : "with provenance"}`,
  );
  return run(bin("changeset"), ["publish"], { env: { ...scoped, ...provenance } }).status;
}
