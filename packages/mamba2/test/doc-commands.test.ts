// Command lines of the guides: scripts and files that are there, commands and options that the command line knows.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "@x/testing/code-blocks";
import { guides, textOf } from "@x/testing/guides";
import { describe, expect, it } from "vitest";
import { COMMON_OPTIONS } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands.ts";

const root = join(import.meta.dirname, "../../..");
const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };

const lines = ["CONTRIBUTING.md", ...guides()].flatMap((file) =>
  codeBlocks(textOf(file), "sh").flatMap(({ code, line }) =>
    code
      .replace(/\\\n/g, " ")
      .split("\n")
      .map((text, at) => ({ title: `${file}:${line + 1 + at}`, text: text.replace(/(^|\s)#.*$/, "").trim() }))
      .filter(({ text }) => text !== ""),
  ),
);

/** Options of a command line that its command does not have. */
function unknownOptions(text: string): string[] {
  const [, name, rest = ""] = /\bmamba2 (?:-- )?(\w+)(.*)/.exec(text) ?? [];
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) return [`command ${name}`];
  const known = new Set([...command.options, ...COMMON_OPTIONS].map((option) => option.name));
  return [...rest.matchAll(/(?<=\s)--([\w-]+)/g)]
    .map(([, option]) => option!)
    .filter((option) => !known.has(option) && !(option.startsWith("no-") && known.has(option.slice(3))));
}

describe("command lines of the guides", () => {
  it("are some", () => expect(lines.length).toBeGreaterThan(20));

  it.each(lines)("$title $text", ({ text }) => {
    for (const [, name] of text.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g))
      expect(scripts).toHaveProperty([name!]);
    for (const [file] of text.matchAll(/(?<![\w/])(?:examples|scripts|packages|apps|docs)\/[\w./-]+\.\w+/g))
      if (!/ (?:--json|--markdown|>) *$/.test(text.slice(0, text.indexOf(file))))
        expect(existsSync(join(root, file)), file).toBe(true);
    if (/\bmamba2 (?:-- )?[a-z]/.test(text)) expect(unknownOptions(text)).toEqual([]);
  });
});
