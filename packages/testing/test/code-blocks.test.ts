// The tests of the documentation are worth what their extraction is worth.
import { expect, test } from "vitest";
import { codeBlocks, docstringPrograms, firstProgram } from "../src/code-blocks.mjs";

const fence = "```";

test("the first ts block of a README, whatever comes before it", () => {
  const readme = `# name\n\n${fence}sh\nnpm i\n${fence}\n\n${fence}ts\nfirst();\n\nsecond();\n${fence}\n${fence}ts\nlater();\n${fence}\n`;
  expect(firstProgram(readme)).toBe("first();\n\nsecond();\n");
  expect(codeBlocks(readme).map(({ line }) => line)).toEqual([7, 12]);
  expect(firstProgram("no code here")).toBeUndefined();
});

test("a longer fence holds a shorter one", () => {
  expect(firstProgram(`${fence}\`md\n${fence}ts\ninside();\n${fence}\n${fence}\`\n`)).toBeUndefined();
});

test("examples of docstrings, with and without a fence, up to the next tag", () => {
  const source = [
    "/** One line, no example. */",
    "/**",
    " * What.",
    " * @example",
    " * const a = b * 2;",
    " *",
    " * use(a);",
    " * @throws never",
    " */",
    "export async function what() {",
  ];
  source.push(
    "  /**",
    "   * @example",
    `   * ${fence}ts`,
    "   * fenced();",
    `   * ${fence}`,
    "   */",
    "// @example not a docstring",
  );
  expect(docstringPrograms(source.join("\n"))).toEqual([
    { code: "const a = b * 2;\n\nuse(a);\n", line: 4, symbol: "what" },
    { code: "fenced();\n", line: 12, symbol: undefined },
  ]);
});
