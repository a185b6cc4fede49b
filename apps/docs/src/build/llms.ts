// llms.txt and llms-full.txt (llmstxt.org): the site for language models, from the same files.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Section } from "./pages.ts";
import { root } from "./root.ts";

/** First paragraph of a Markdown text after its title, without links. */
export function firstParagraph(text: string): string {
  const paragraph = text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => part !== "" && !/^(#|```|\||[-*] )/.test(part));
  return (paragraph ?? "").replace(/\s+/g, " ").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

/** The list: every page with its first sentence, addresses relative to the file. */
export function llmsList(about: string, sections: readonly Section[]): string {
  const parts = sections.map(({ title, pages }) => {
    const lines = pages.map((page) => {
      const sentence = page.source.endsWith(".md") ? firstSentence(firstParagraph(page.text)) : "";
      return `- [${page.title}](${markdownUrl(page.url)})${sentence ? `: ${sentence}` : ""}`;
    });
    return `## ${title}\n\n${lines.join("\n")}`;
  });
  return `# x\n\n> ${about}\n\nEverything in one file, with every export: [llms-full.txt](llms-full.txt)\n\n${parts.join("\n\n")}\n`;
}

/** The address of a page's Markdown. */
export function markdownUrl(url: string): string {
  return url.replace(/\.html$/, ".md");
}

/** Up to the first full stop or colon. */
export function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;
}

/** All guides, one after another, then every export of every package as a line. */
export function llmsFull(about: string, sections: readonly Section[]): string {
  const pages = sections
    .flatMap((section) => section.pages)
    .map(({ url, text }) => `<!-- ${url} -->\n\n${text.trim()}`);
  const exports = ["base", "kernels-wgsl", "kernels-wasm", "tensor", "nn", "mamba2"].map(
    (name) => `# Exports of @x/${name}\n\n${readFileSync(join(root, "packages", name, "api.txt"), "utf8").trim()}`,
  );
  return `# x\n\n> ${about}\n\n${[...pages, ...exports].join("\n\n")}\n`;
}
