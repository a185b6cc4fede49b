// Finds the programs in our documentation that tests run: the first ```ts block of a README, and the examples of docstrings.

/** @param {string} markdown @returns {string | undefined} the first block of TypeScript */
export function firstProgram(markdown) {
  return codeBlocks(markdown)[0]?.code;
}

/**
 * The fenced blocks of one language.
 * @param {string} markdown @param {string} [wanted] @returns {{ code: string, line: number }[]} line: of the fence, from 1
 */
export function codeBlocks(markdown, wanted = "ts") {
  const blocks = [];
  const lines = markdown.split(/\r?\n/);
  for (let start = 0; start < lines.length; start++) {
    const fence = /^(\s*)(`{3,})(\S*)/.exec(lines[start] ?? "");
    if (!fence) continue;
    const [, , ticks = "", language = ""] = fence;
    let end = start + 1;
    while (end < lines.length && (lines[end] ?? "").trim() !== ticks) end++;
    if (language === wanted) blocks.push({ code: `${lines.slice(start + 1, end).join("\n")}\n`, line: start + 1 });
    start = end;
  }
  return blocks;
}

/**
 * The code after each `@example` of a source file's docstrings, up to the next tag; a fence around it is taken off.
 * @param {string} source
 * @returns {{ code: string, line: number, symbol: string | undefined }[]} line: of the tag, from 1; symbol: the exported declaration below it
 */
export function docstringPrograms(source) {
  const programs = [];
  for (const comment of source.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)) {
    const firstLine = source.slice(0, comment.index).split("\n").length;
    const below = source.slice(comment.index + comment[0].length);
    const symbol = /^\s*export (?:declare |abstract |async )*(?:function\*?|const|class|interface|type) (\w+)/.exec(
      below,
    )?.[1];
    const lines = comment[0]
      .replace(/\*\/$/, "")
      .split("\n")
      .map((line) => line.replace(/^\s*\/?\*+ ?/, ""));
    for (let at = 0; at < lines.length; at++) {
      const tag = /^\s*@example\b(.*)/.exec(lines[at] ?? "");
      if (!tag) continue;
      let end = at + 1;
      while (end < lines.length && !/^\s*@[a-z]/.test(lines[end] ?? "")) end++;
      const text = [tag[1], ...lines.slice(at + 1, end)].join("\n");
      programs.push({ code: firstProgram(text) ?? `${text.trim()}\n`, line: firstLine + at, symbol });
    }
  }
  return programs;
}
