// A release in a copy of the repository, with the commands of a real one, to a registry on loopback: a version before (of the same sources), the changesets applied,
// a release, and a pre-release after it. The checkout itself is only read.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { manifest, published, root, run } from "../workspace.mjs";

/** @typedef {import("./checks.mjs").Checks} Checks */
/** @typedef {{ previous: string, released: string, preRelease: string }} Versions */

const names = published.map((folder) => manifest(folder).name);

/** Of the rehearsal alone. */
const publicRepository = "https://example.invalid/rehearsal/x";

/**
 * @param {Checks} checks @param {{ folder: string, registry: import("./registry.mjs").Registry }} where folder: for the copy
 * @returns {Promise<Versions | undefined>} what the registry now has; undefined when something failed
 */
export async function rehearse(checks, { folder, registry }) {
  const copy = copyRepository(mkdtempSync(join(folder, "repository-")));
  writeFileSync(join(copy, ".npmrc"), registry.npmrc);
  const script = (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
    checks.command(
      `npm run release:${name} ${args.join(" ")}`.trim(),
      process.execPath,
      [`scripts/release/${name}.mjs`, ...args.filter((arg) => arg !== "--")],
      { cwd: copy },
    ) !== undefined;
  const commit = (/** @type {string} */ message) => git(copy, "add", "-A") + git(copy, "commit", "-qm", message);
  const versionNow = () => JSON.parse(readFileSync(join(copy, "packages/base/package.json"), "utf8")).version;

  // The sources are those of the last release as far as versions go; before the first one there is none.
  const previous = versionNow() === "0.0.0" ? "0.0.1" : versionNow();
  for (const file of manifests(copy)) setVersion(file, previous);
  git(copy, "init", "-q", "-b", "main");
  commit("Before");
  const built = checks.command("build of the version before", process.execPath, ["scripts/turbo.mjs", "run", "build"], {
    cwd: copy,
  });
  if (built === undefined) return undefined;
  for (const name of names)
    if (checks.command(`${name}@${previous} published`, "npm", ["publish", "-w", name], { cwd: copy }) === undefined)
      return undefined;

  writeChangeset(copy, "a-fix");
  commit("Fix");
  if (!script("version")) return undefined;
  const unplaced = run(process.execPath, ["scripts/release/publish.mjs"], { cwd: copy, stdio: "pipe" });
  checks.holds(
    "npm run release:publish refuses packages that name no repository",
    unplaced.status !== 0 && /@x\/mamba2 must say its repository, homepage, bugs/.test(unplaced.output),
    () => unplaced.output,
  );
  if (!script("repository", publicRepository)) return undefined;
  const released = versionNow();
  checkVersions(checks, copy, released);
  commit(`Release ${released}`);
  if (!script("publish")) return undefined;

  writeChangeset(copy, "another-fix");
  commit("Fix again");
  if (!script("version", "--", "--pre", "next")) return undefined;
  const preRelease = versionNow();
  commit(`Release ${preRelease}`);
  if (!script("publish")) return undefined;

  for (const name of names) {
    const tags = await registry.tags(name);
    checks.holds(
      `${name}: latest is ${released}, next is ${preRelease}`,
      tags["latest"] === released && tags["next"] === preRelease,
      () => JSON.stringify(tags),
    );
  }
  const tags = git(copy, "tag", "--list").split("\n");
  checks.holds(`git tags of ${released}`, tags.includes(`@x/mamba2@${released}`), () => tags.join(" "));
  return { previous, released, preRelease };
}

/** All packages have one version, ranges and lock file follow, and every changelog begins with it. @param {Checks} checks @param {string} copy @param {string} version */
function checkVersions(checks, copy, version) {
  const lock = JSON.parse(readFileSync(join(copy, "package-lock.json"), "utf8")).packages;
  for (const folder of published) {
    const path = `packages/${folder}`;
    const {
      name,
      version: own,
      dependencies = {},
    } = JSON.parse(readFileSync(join(copy, path, "package.json"), "utf8"));
    const wrong = [
      own,
      lock[path].version,
      ...Object.keys(dependencies).map((of) => (of.startsWith("@x/") ? dependencies[of] : version)),
    ];
    checks.holds(
      `${name}: version, ranges and lock file say ${version}`,
      wrong.every((one) => one === version),
      () => wrong.join(" "),
    );
    const changelog = readFileSync(join(copy, path, "CHANGELOG.md"), "utf8");
    checks.holds(
      `${name}: its changelog begins with ${version}`,
      changelog.startsWith(`# ${name}\n\n## ${version}\n`),
      () => changelog.slice(0, 300),
    );
  }
}

/** Everything that building and releasing reads; of packages that are not published, their manifest. @param {string} copy @returns {string} */
function copyRepository(copy) {
  const listed = run("git", ["ls-files", "-co", "--exclude-standard", "-z"], { stdio: "pipe" }).output.split("\0");
  const members = new Set(published);
  for (const path of listed.filter((one) => one !== "")) {
    const [top, member = ""] = path.split("/");
    const whole =
      !["packages", "apps", "docs", "examples"].includes(top ?? "") || (top === "packages" && members.has(member));
    const helper = path.startsWith("packages/testing/src/") && path.endsWith(".mjs");
    const described = ["package.json", "turbo.json"].includes(basename(path)) && path.split("/").length === 3;
    if (!whole && !helper && !described) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  // The installed packages are those of the checkout; those of the workspace are the copies.
  const modules = join(copy, "node_modules");
  mkdirSync(join(modules, "@x"), { recursive: true });
  const shared = readdirSync(join(root, "node_modules")).filter(
    (name) => ![".cache", "@x", ".package-lock.json"].includes(name),
  );
  for (const name of shared) symlinkSync(join(root, "node_modules", name), join(modules, name));
  for (const file of manifests(copy))
    symlinkSync(dirname(file), join(modules, JSON.parse(readFileSync(file, "utf8")).name));
  return copy;
}

/** @param {string} copy @returns {string[]} package.json of every member of the workspace */
function manifests(copy) {
  return ["packages", "apps"].flatMap((top) =>
    readdirSync(join(copy, top)).map((name) => join(copy, top, name, "package.json")),
  );
}

/** Sets a version, and the ranges of ours that it names. @param {string} file @param {string} version */
function setVersion(file, version) {
  const content = JSON.parse(readFileSync(file, "utf8"));
  content.version = version;
  for (const name of Object.keys(content.dependencies ?? {}))
    if (name.startsWith("@x/")) content.dependencies[name] = version;
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** @param {string} copy @param {string} name */
function writeChangeset(copy, name) {
  writeFileSync(join(copy, ".changeset", `${name}.md`), `---\n"@x/base": patch\n---\n\nA fix, for the rehearsal.\n`);
}

/** @param {string} copy @param {string[]} args @returns {string} */
function git(copy, ...args) {
  const identity = ["-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@localhost", "-c", "commit.gpgsign=false"];
  const { status, output } = run("git", [...identity, ...args], { cwd: copy, stdio: "pipe" });
  if (status !== 0) throw new Error(`rehearsal: git ${args.join(" ")} must end with 0; it says:\n${output}`);
  return output;
}
