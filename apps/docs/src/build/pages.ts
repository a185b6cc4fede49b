// The pages: which files of the repository are pages of the site, their addresses in it, and in which order the navigation names them.
// A page's prose is the file itself: nothing is written twice.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./root.ts";

/** A page made of one file of the repository. */
export interface Page {
  /** path in the repository */
  readonly source: string;
  /** path in the site, with .html */
  readonly url: string;
  readonly title: string;
  /** in the navigation, where the title is too long for it */
  readonly label: string;
  /** Markdown */
  readonly text: string;
}

/** A heading of the navigation with its pages. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Source, and what the navigation calls it; without a name, its title. */
type Entry = string | readonly [source: string, label: string];

const docs = (...names: readonly (string | readonly [string, string])[]): Entry[] =>
  names.map((one) => (typeof one === "string" ? `docs/${one}.md` : [`docs/${one[0]}.md`, one[1]]));

const table: readonly (readonly [title: string, entries: readonly Entry[]])[] = [
  [
    "Start, in five minutes each",
    docs(
      ["start/kernel", "A kernel on your device"],
      ["start/tensors", "Tensors and gradients"],
      ["start/modules", "Modules and a trainer"],
      ["start/model-by-name", "A model by name"],
      ["start/train-in-a-tab", "Training in a tab"],
      ["start/fine-tune", "Fine-tuning"],
    ),
  ],
  [
    "Layers",
    [
      ["packages/kernels-wgsl/README.md", "Kernels: WGSL"],
      ["packages/kernels-wasm/README.md", "Kernels: WebAssembly"],
      ["packages/tensor/README.md", "Tensors"],
      ["packages/nn/README.md", "Modules"],
      ["packages/mamba2/README.md", "Models"],
      ["packages/base/README.md", "Base"],
      ["packages/create-app/README.md", "Template of a page"],
    ],
  ],
  [
    "Guides",
    docs(
      ["write-a-kernel", "Write a kernel"],
      ["memory", "Memory and scopes"],
      ["capture", "Capture"],
      ["numerics", "Numerics"],
      ["debugging", "Debugging"],
      ["porting", "From PyTorch and JAX"],
      ["ops", "Every primitive"],
      "examples",
    ),
  ],
  [
    "Models",
    docs(
      ["families", "Families"],
      ["initialisation", "Initialisation"],
      ["training", "Training"],
      "optimizers",
      "adapters",
      "serving",
      ["scaling", "Out to a cluster"],
      ["reproduce", "Reproduce"],
    ),
  ],
  [
    "Performance",
    [
      ...docs(["peers", "Beside peers"], ["performance/README", "Measurements"]),
      ...filesIn("docs/performance", /^(?!README).*\.md$/).map((file): Entry => [file, basename(file, ".md")]),
      ["apps/bench/README.md", "The bench"],
    ],
  ],
  [
    "Kernels, derived",
    filesIn("packages/kernels-wgsl/src", /^[^/]+\/README\.md$/).map((file): Entry => [file, file.split("/").at(-2)!]),
  ],
  [
    "Project",
    [
      ["README.md", "Read me"],
      ["ARCHITECTURE.md", "Architecture"],
      ["CONTRIBUTING.md", "Contributing"],
      ["CODE_OF_CONDUCT.md", "Conduct"],
      ["docs/names-before-0.1.md", "Names before 0.1"],
      ...filesIn("docs/design", /\.md$/),
    ],
  ],
  ["Examples", filesIn("examples", /\.(ts|html|py)$/).map((file): Entry => [file, file.slice("examples/".length)])],
];

/** Files below a folder of the repository, sorted. */
function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => name.test(file))
    .sort()
    .map((file) => `${folder}/${file}`);
}

/** The address of a file of the repository in the site. */
function urlOf(source: string): string {
  const layer = /^packages\/([^/]+)\/README\.md$/.exec(source)?.[1];
  if (layer) return `layers/${layer}.html`;
  const kernel = /^packages\/kernels-wgsl\/src\/([^/]+)\/README\.md$/.exec(source)?.[1];
  if (kernel) return `kernels/${kernel}.html`;
  if (source === "docs/performance/README.md") return "performance/index.html";
  if (source === "apps/bench/README.md") return "performance/bench.html";
  if (source.startsWith("examples/")) return `${source}.html`;
  if (/^docs\/[^/]+$/.test(source)) return `guide/${basename(source, ".md")}.html`;
  if (source.startsWith("docs/")) return source.replace(/^docs\//, "").replace(/\.md$/, ".html");
  return `project/${basename(source, ".md").toLowerCase()}.html`;
}

const languages: Record<string, string> = { ts: "ts", html: "html", py: "python" };

/** A file of code as Markdown: its code, in one block. */
function codePage(source: string, code: string): string {
  const fence = "`".repeat(3);
  return `# ${source}\n\n${fence}${languages[source.split(".").at(-1)!]}\n${code.trimEnd()}\n${fence}\n`;
}

function pageOf(entry: Entry): Page {
  const [source, label] = typeof entry === "string" ? [entry, undefined] : entry;
  const file = readFileSync(join(root, source), "utf8");
  const text = source.endsWith(".md") ? file : codePage(source, file);
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${source}: must begin with a heading "# …"; got none.`);
  const plain = title.replace(/[`*]/g, "");
  return { source, url: urlOf(source), title: plain, label: label ?? plain, text };
}

/**
 * The sections of the navigation, without the API reference. A guide that the table does not name comes last in "Guides".
 *
 * @throws Error for a file of the table that does not exist
 */
export function sections(): Section[] {
  const named = new Set(
    table.flatMap(([, entries]) => entries.map((entry) => (typeof entry === "string" ? entry : entry[0]))),
  );
  const others = filesIn("docs", /\.md$/).filter((file) => !named.has(file));
  return table.map(([title, entries]) => ({
    title,
    pages: [...entries, ...(title === "Guides" ? others : [])].map(pageOf),
  }));
}
