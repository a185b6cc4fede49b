// node scripts/docstrings.mjs [--update | --list PACKAGE | FILE…]: what the docstrings of the published exports leave out. A part of npm run layers.
// Every export has a docstring. One of a function or method that takes or returns tensors also states shapes (`[b, l, d]`, "scalar" or "any shape"), dtypes (or "any dtype"),
// what it raises (@throws, or "raises nothing") and an @example. scripts/docstrings.json counts per package what is still missing; a count may only shrink, and --update
// lowers it. With files instead, their exports may lack nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { publishedPackages, root } from "./workspace.mjs";

/** @typedef {"docstring" | "shape" | "dtype" | "throws" | "example"} Part */
/** @typedef {{ name: string, file: string, tensors: boolean, missing: Part[] }} Finding */

/** Entry files of packages that have another one than src/index.ts, or a second one. @type {Record<string, string[]>} */
const entries = {
  tensor: ["core.ts"],
  nn: ["index.ts", "adapters/index.ts"],
  mamba2: ["index.ts", "chat/index.ts", "adapters/index.ts", "serve/index.ts", "node.ts"],
};

/** @type {Record<Exclude<Part, "docstring">, RegExp>} */
const states = {
  shape: /`?\[(?:[\w…., +\-−*·×/()⌈⌉]|\.\.\.)*\]|any shape|scalar/,
  dtype: /\b(?:f32|f64|f16|bf16|i32|u32|bool|any dtype)\b/,
  throws: /@throws|\b[Rr]aises nothing\b/,
  example: /@example/,
};
const tensorType = /\b(?:Tensor|TensorLike|QuantizedWeight)\b/;

/** What the docstrings of everything that these files export leave out. @param {readonly string[]} files @returns {Finding[]} */
function findingsOf(files) {
  const config = join(root, "packages/mamba2/tsconfig.json"); // the top layer: its program holds all of them
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const program = ts.createProgram([...files], {
    ...options,
    rootDir: root,
    noEmit: true,
    composite: false,
    incremental: false,
  });
  const checker = program.getTypeChecker();
  /** @type {Map<ts.Symbol, Finding[]>} */
  const found = new Map();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`docstrings: ${file} exports nothing.`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (found.has(symbol)) continue; // of a package below
      const methods = methodsOf(symbol).flatMap((method) => judge(method, `${exported.name}.${method.name}`, checker));
      found.set(symbol, [...judge(symbol, exported.name, checker), ...methods]);
    }
  }
  return [...found.values()].flat();
}

/** Public methods of a class. @param {ts.Symbol} symbol @returns {ts.Symbol[]} */
function methodsOf(symbol) {
  if (!(symbol.flags & ts.SymbolFlags.Class)) return [];
  return [...(symbol.members?.values() ?? [])].filter((member) => {
    const [declaration] = member.declarations ?? [];
    return declaration !== undefined && ts.isMethodDeclaration(declaration) && ts.isIdentifier(declaration.name);
  });
}

/** @param {ts.Symbol} symbol @param {string} name @param {ts.TypeChecker} checker @returns {Finding[]} */
function judge(symbol, name, checker) {
  const declarations = symbol.declarations ?? [];
  const [declaration] = declarations;
  if (!declaration) return [];
  const text = declarations.map(docstringOf).join("\n");
  const isMethod = ts.isMethodDeclaration(declaration);
  const signatures = symbol.flags & ts.SymbolFlags.Value ? checker.getTypeOfSymbol(symbol).getCallSignatures() : [];
  const tensors =
    !(symbol.flags & ts.SymbolFlags.Class) &&
    signatures.some((signature) =>
      tensorType.test(checker.signatureToString(signature, declaration, ts.TypeFormatFlags.NoTruncation)),
    );
  /** @type {Part[]} */
  const missing = [];
  if (text === "" && !isMethod) missing.push("docstring");
  if (tensors)
    for (const part of /** @type {const} */ (["shape", "dtype", "throws", "example"]))
      if (!states[part].test(text)) missing.push(part);
  // Internal methods are no part of what a user reads.
  if (isMethod && (!tensors || /\bInternal\b/.test(text))) return [];
  return [{ name, file: relative(root, declaration.getSourceFile().fileName).replaceAll(sep, "/"), tensors, missing }];
}

/** The docstring above a declaration, or above the statement that it is a part of. @param {ts.Node} node @returns {string} */
function docstringOf(node) {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return ts
    .getJSDocCommentsAndTags(holder)
    .filter(ts.isJSDoc)
    .map((doc) => doc.getFullText())
    .join("\n");
}

/** @param {readonly Finding[]} findings @returns {Record<string, number>} how many of them lack something, by what */
function countsOf(findings) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { missing } of findings) for (const part of missing) counts[part] = (counts[part] ?? 0) + 1;
  return counts;
}

/** @param {readonly Finding[]} findings @param {string} part */
function list(findings, part) {
  for (const { name, file, missing } of findings)
    if (missing.includes(/** @type {Part} */ (part))) console.error(`  ${file}: ${name} lacks ${part}`);
}

const tensorParts = /** @type {const} */ (["shape", "dtype", "throws", "example"]);

/** @param {string} name @param {readonly Finding[]} findings @returns {string} */
function summary(name, findings) {
  const counts = countsOf(findings);
  const ofTensors = findings.filter(({ tensors }) => tensors).length;
  const share = (/** @type {Part} */ part, /** @type {number} */ total) =>
    total === 0 ? "" : `, ${part} ${Math.floor(100 * (1 - (counts[part] ?? 0) / total))} %`;
  const shares = [share("docstring", findings.length), ...tensorParts.map((part) => share(part, ofTensors))].join("");
  return `${name}: ${findings.length} exports and methods, ${ofTensors} of tensors${shares}`;
}

const args = process.argv.slice(2);
const files = args.filter((arg) => arg.endsWith(".ts"));
if (files.length > 0) {
  const findings = findingsOf(files);
  for (const part of /** @type {const} */ (["docstring", ...tensorParts])) list(findings, part);
  process.exit(findings.some(({ missing }) => missing.length > 0) ? 1 : 0);
}

const ratchet = join(root, "scripts/docstrings.json");
/** @type {Record<string, Record<string, number>>} */
const allowed = JSON.parse(readFileSync(ratchet, "utf8"));
/** @type {Record<string, Record<string, number>>} */
const now = {};
const all = findingsOf(
  publishedPackages.flatMap((name) =>
    (entries[name] ?? ["index.ts"]).map((file) => join(root, "packages", name, "src", file)),
  ),
);
let failed = false;
for (const name of publishedPackages) {
  const findings = all.filter(({ file }) => file.startsWith(`packages/${name}/`));
  console.log(summary(name, findings));
  now[name] = countsOf(findings);
  for (const [part, count] of Object.entries(now[name])) {
    const limit = allowed[name]?.[part] ?? 0;
    const over = count > limit && args[0] !== "--update";
    if (over)
      console.error(`${name}: ${count} docstrings lack ${part}, at most ${limit} may (scripts/docstrings.json):`);
    if (over || (args[0] === "--list" && args[1] === name)) list(findings, part);
    failed ||= over;
  }
}
if (args[0] === "--update") writeFileSync(ratchet, `${JSON.stringify(lowered(allowed, now), null, 2)}\n`);
process.exit(failed ? 1 : 0);

/** The new counts where they are lower, else the old ones: a count never grows. @param {Record<string, Record<string, number>>} before @param {Record<string, Record<string, number>>} now */
function lowered(before, now) {
  return Object.fromEntries(
    Object.entries(now).map(([name, counts]) => {
      const old = before[name];
      return [
        name,
        Object.fromEntries(
          Object.entries(counts).map(([part, count]) => [part, old ? Math.min(count, old[part] ?? 0) : count]),
        ),
      ];
    }),
  );
}
