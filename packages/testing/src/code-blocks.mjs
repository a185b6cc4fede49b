// Finds the programs in our documentation that tests run: the first ```ts block of a README, and the ```ts blocks of docstrings.

/** @param {string} markdown @returns {string | undefined} the first ```ts block */
export function firstProgram(markdown) {
  return codeBlocks(markdown)[0]?.code;
}

/**
 * Blocks fenced as ```ts (``` of other languages are left alone).
 * @param {string} markdown @returns {{ code: string, line: number }[]} line: of the fence, from 1
 */
export function codeBlocks(markdown) {
  const blocks = [];
  const lines = markdown.split(/\r?\n/);
  for (let start = 0; start < lines.length; start++) {
    const fence = /^(\s*)(`{3,})(\S*)/.exec(lines[start] ?? "");
    if (!fence) continue;
    const [, , ticks = "", language = ""] = fence;
    let end = start + 1;
    while (end < lines.length && (lines[end] ?? "").trim() !== ticks) end++;
    if (language === "ts") blocks.push({ code: `${lines.slice(start + 1, end).join("\n")}\n`, line: start + 1 });
    start = end;
  }
  return blocks;
}

/** The ```ts blocks of the docstrings of a source file. @param {string} source @returns {{ code: string, line: number }[]} */
export function docstringPrograms(source) {
  const programs = [];
  for (const match of source.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)) {
    const before = source.slice(0, match.index).split("\n").length - 1;
    const text = match[0].replace(/\*\/$/, "").split("\n").map((line) => line.replace(/^\s*\/?\*+ ?/, "")).join("\n");
    for (const { code, line } of codeBlocks(text)) programs.push({ code, line: before + line });
  }
  return programs;
}
