// npm run api:update: writes packages/*/api.txt, all that a package promises: a line for every export, and for every public member of an exported class or
// interface, as the emitted declarations state it, without comments. check:packages compares: a line that is gone or differs is a break, and must be meant
// (then api:update, and a changeset that says so); one that was added fails a release only while it is not written down.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { manifest, publishedPackages, root, run } from "../workspace.mjs";

/** @typedef {import("./checks.mjs").Checks} Checks */

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** @param {string} folder of packages/ @returns {string} */
const reportPath = (folder) => join(root, "packages", folder, "api.txt");

/** Import paths of a package, with their declarations. @param {string} folder @returns {{ path: string, file: string }[]} */
function entriesOf(folder) {
  return Object.entries(manifest(folder).exports ?? {}).flatMap(([path, { types }]) =>
    types === undefined ? [] : [{ path, file: join(root, "packages", folder, types) }],
  );
}

/** One program of all packages, which must have been built. @returns {ts.Program} */
export function apiProgram() {
  return ts.createProgram(
    publishedPackages.flatMap((folder) => entriesOf(folder).map(({ file }) => file)),
    {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"],
      types: [],
      skipLibCheck: true,
      noEmit: true,
    },
  );
}

/** The surface of a package. @param {ts.Program} program @param {string} folder @returns {string} */
function apiReport(program, folder) {
  const checker = program.getTypeChecker();
  /** @type {string[]} what the sections before this one state */
  let before = [];
  const sections = entriesOf(folder).map(({ path, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module)
      throw new Error(`api: ${file} must be a module that has been built; it is not there or exports nothing.`);
    const all = checker.getExportsOfModule(module).flatMap((symbol) => linesOf(symbol.name, original(checker, symbol)));
    const lines = [...new Set(all)].sort();
    const missing = before.filter((line) => !all.includes(line));
    // An entry that repeats another one is its difference.
    const repeats = before.length > 0 && missing.length < before.length / 2;
    const shown = repeats
      ? [
          "everything above",
          ...missing.map((line) => `but not ${line}`),
          ...lines.filter((line) => !before.includes(line)),
        ]
      : lines;
    before = [...before, ...lines];
    return [`# ${join("@x", folder, path).replaceAll("\\", "/")}`, ...shown, ""].join("\n");
  });
  return sections.join("\n");
}

/** The symbol behind an export. @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @returns {ts.Symbol} */
function original(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** @param {string} name as exported @param {ts.Symbol} symbol @returns {string[]} */
function linesOf(name, symbol) {
  return (symbol.declarations ?? []).flatMap((declaration) => {
    const source = declaration.getSourceFile();
    if (!source.fileName.startsWith(join(root, "packages"))) return [`${name} (of another package)`];
    const text = (/** @type {ts.Node} */ node) =>
      printer
        .printNode(ts.EmitHint.Unspecified, node, source)
        .replace(/\s+/g, " ")
        .trim()
        .replace(/^(?:export )?(?:declare )?/, "")
        .replace(/;$/, "");
    if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
      const head = `${ts.isClassDeclaration(declaration) ? "class" : "interface"} ${name}`;
      const generic = (declaration.typeParameters ?? []).map((parameter) => text(parameter)).join(", ");
      const heritage = (declaration.heritageClauses ?? []).map((clause) => ` ${text(clause)}`).join("");
      return [
        `${head}${generic && `<${generic}>`}${heritage}`,
        ...declaration.members.filter((member) => !isHidden(member)).map((member) => `${head} { ${text(member)} }`),
      ];
    }
    if (ts.isVariableDeclaration(declaration)) return [`const ${text(declaration)}`];
    return [text(declaration)];
  });
}

/** @param {ts.Node} member */
function isHidden(member) {
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  const named = /** @type {ts.NamedDeclaration} */ (member).name;
  return (
    (named !== undefined && ts.isPrivateIdentifier(named)) ||
    (ts.canHaveModifiers(member) && (ts.getModifiers(member) ?? []).some(({ kind }) => hidden.includes(kind)))
  );
}

/**
 * Compares the surface with the committed one: breaks fail, additions are listed, or fail too where a release asks for them to be written down.
 * @param {Checks} checks @param {ts.Program} program @param {string} folder @param {{ exact?: boolean }} [how]
 */
export function checkApi(checks, program, folder, { exact = false } = {}) {
  const { name } = manifest(folder);
  const lines = (/** @type {string} */ text) => new Set(text.split("\n").filter((line) => line !== ""));
  const path = reportPath(folder);
  const [committed, now] = [
    lines(existsSync(path) ? readFileSync(path, "utf8") : ""),
    lines(apiReport(program, folder)),
  ];
  const gone = [...committed].filter((line) => !now.has(line));
  const added = [...now].filter((line) => !committed.has(line));
  const problem =
    gone.length > 0 || (exact && added.length > 0)
      ? `Where it is meant: npm run api:update.\n${[...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].join("\n")}`
      : undefined;
  checks.note(`${name}: no export is gone or differs (${now.size} lines, ${added.length} new)`, problem);
}

/** Writes the surface down as it is. @param {ts.Program} program */
export function writeApi(program) {
  for (const folder of publishedPackages) {
    const report = apiReport(program, folder);
    writeFileSync(reportPath(folder), report);
    console.log(
      `packages/${folder}/api.txt: ${report.split("\n").length} lines, ${(report.length / 1000).toFixed(0)} kB`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { status } = run(process.execPath, ["scripts/turbo.mjs", "run", "build"]);
  if (status !== 0) process.exit(status);
  writeApi(apiProgram());
}
