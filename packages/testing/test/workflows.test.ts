// The workflows of .github: the actions they use take these inputs and give these outputs, what they run is there, and they ask for the permissions that it needs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, ".github/workflows");

interface Action {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
}

/** What each action's action.yml says of the version that is used; permissions are its README's. */
const actions: Readonly<Record<string, Action>> = {
  "actions/checkout@v7": {
    inputs:
      "repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url allow-unsafe-pr-checkout".split(
        " ",
      ),
    outputs: ["ref", "commit"],
    permissions: { contents: "read" },
  },
  "actions/setup-node@v7": {
    inputs:
      "node-version node-version-file architecture check-latest registry-url scope token cache package-manager-cache cache-dependency-path mirror mirror-token".split(
        " ",
      ),
    outputs: ["cache-hit", "cache-primary-key", "cache-matched-key", "node-version"],
  },
  "actions/configure-pages@v5": {
    inputs: ["static_site_generator", "generator_config_file", "token", "enablement"],
    outputs: ["base_url", "origin", "host", "base_path"],
    permissions: { pages: "read" },
  },
  "actions/upload-pages-artifact@v5": {
    inputs: ["name", "path", "retention-days", "include-hidden-files"],
    outputs: ["artifact_id"],
  },
  "actions/deploy-pages@v5": {
    inputs: ["token", "timeout", "error_count", "reporting_interval", "artifact_name", "preview"],
    outputs: ["page_url"],
    permissions: { pages: "write", "id-token": "write" },
  },
};

/** What commands need of the token. */
const commandPermissions: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/\bgit push\b/, { contents: "write" }],
  [/npm run release:publish\b/, { "id-token": "write" }],
];

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly environment?: unknown; readonly steps: readonly Step[] }>>;
}

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Every problem of a workflow's text, in words. */
function problemsOf(text: string): string[] {
  const { permissions = {}, jobs } = parse(text) as Workflow;
  const grants = (of: Readonly<Record<string, string>> | undefined, who: string): string[] =>
    Object.entries(of ?? {}).flatMap(([name, level]) =>
      permissions[name] === level || permissions[name] === "write" ? [] : [`${who} needs ${name}: ${level}`],
    );
  return Object.values(jobs).flatMap((job) => [
    ...job.steps.flatMap(({ uses, run = "", with: inputs = {} }) => {
      const action = uses === undefined ? undefined : actions[uses];
      return [
        ...(uses !== undefined && !action ? [`${uses} is not known`] : []),
        ...Object.keys(action ? inputs : {})
          .filter((input) => !action!.inputs.includes(input))
          .map((input) => `${uses} has no input ${input}`),
        ...grants(action?.permissions, uses ?? ""),
        ...[...run.matchAll(/\bnpm (?:run )?([a-z]+(?::[a-z-]+)*)/g)]
          .filter(([whole, name]) => (whole.startsWith("npm run ") || name === "test") && !scripts[name!])
          .map(([whole]) => `${whole}: there is no such script`),
        ...[...run.matchAll(/\b(?:bash|node) ([\w./-]+)/g)]
          .filter(([, file]) => !file!.startsWith("-") && !existsSync(join(root, file!)))
          .map(([whole]) => `${whole}: there is no such file`),
        ...commandPermissions.flatMap(([command, needs]) => (command.test(run) ? grants(needs, run.trim()) : [])),
      ];
    }),
    ...[...JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(([whole, id, output]) => {
      const step = job.steps.find((one) => one.id === id);
      return actions[step?.uses ?? ""]?.outputs.includes(output!) ? [] : [`${whole}: no step gives it`];
    }),
  ]);
}

describe("workflows", () => {
  it.each(readdirSync(folder))("%s", (file) => {
    expect(problemsOf(readFileSync(join(folder, file), "utf8"))).toEqual([]);
  });

  it("tell what is wrong with one", () => {
    const problems = problemsOf(`
permissions: { contents: read }
jobs:
  one:
    environment: { url: "\${{ steps.there.outputs.url }}" }
    steps:
      - uses: actions/checkout@v1
      - { id: there, uses: actions/deploy-pages@v5, with: { folder: dist } }
      - run: npm run nothing && bash .ci/other && git push --tags
`);
    expect(problems).toEqual([
      "actions/checkout@v1 is not known",
      "actions/deploy-pages@v5 has no input folder",
      "actions/deploy-pages@v5 needs pages: write",
      "actions/deploy-pages@v5 needs id-token: write",
      "npm run nothing: there is no such script",
      "bash .ci/other: there is no such file",
      "npm run nothing && bash .ci/other && git push --tags needs contents: write",
      "steps.there.outputs.url: no step gives it",
    ]);
  });
});
