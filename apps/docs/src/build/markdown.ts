// Markdown to HTML: headings with the anchors that GitHub gives them, tables and pictures that scroll on a phone, coloured code, live blocks, links within the site.
import GithubSlugger from "github-slugger";
import MarkdownIt from "markdown-it";
import { highlight } from "./highlight.ts";
import { figures, resolveLink, type SiteMap } from "./links.ts";

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** What a Markdown file became. */
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** links that lead nowhere */
  readonly dead: readonly string[];
}

/** What rendering needs to know. */
export interface RenderOptions {
  readonly source: string;
  readonly url: string;
  readonly map: SiteMap;
  readonly repository: string | undefined;
}

const markdown = new MarkdownIt({ html: false, linkify: false });
const escape = markdown.utils.escapeHtml;
type Token = ReturnType<typeof markdown.parse>[number];

markdown.renderer.rules.fence = (tokens, at) => {
  const { content, info } = tokens[at]!;
  const [language = "", ...flags] = info.trim().split(/\s+/);
  const code = highlight(content, language);
  const label = language === "" ? "" : ` data-language="${escape(language)}"`;
  return flags.includes("live") ? `<x-live>${code}</x-live>\n` : `<div class="block"${label}>${code}</div>\n`;
};
markdown.renderer.rules.table_open = () => `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n`;
markdown.renderer.rules.table_close = () => `</table></div>\n`;
markdown.renderer.rules.image = (tokens, at) => {
  const token = tokens[at]!;
  const [src, title] = [String(token.attrGet("src")), token.attrGet("title")];
  return `<span class="picture" tabindex="0" role="group" aria-label="Figure"><img src="${escape(src)}" alt="${escape(token.content)}"${title ? ` title="${escape(title)}"` : ""} loading="lazy"></span>`;
};
// cells aligned by a class: markdown-it would write a style attribute
for (const name of ["th_open", "td_open"] as const) {
  markdown.renderer.rules[name] = (tokens, at, options, _, self) => {
    const token = tokens[at]!;
    const align = /text-align:\s*(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
    token.attrs = (token.attrs ?? []).filter(([key]) => key !== "style");
    if (align) token.attrSet("class", `align-${align}`);
    return self.renderToken(tokens, at, options);
  };
}

/** The words of an inline token, without its markup. */
function wordsOf(token: Token): string {
  return (token.children ?? [])
    .map(({ type, content }) => (type === "text" || type === "code_inline" ? content : type === "softbreak" ? " " : ""))
    .join("");
}

/** Renders a file. Dead links are collected, not raised: the build names all of them at once. */
export function render(text: string, { source, url, map, repository }: RenderOptions): Rendered {
  const tokens = markdown.parse(text, {});
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const dead: string[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const words = wordsOf(tokens[at + 1]!);
      const id = slugger.slug(words);
      token.attrSet("id", id);
      headings.push({ level: Number(token.tag[1]), id, text: words });
    }
    if (token.type === "heading_close" && token.tag !== "h1") {
      const heading = headings.at(-1)!;
      const anchor = Object.assign(Object.create(Object.getPrototypeOf(token) as object), token, {
        type: "html_inline",
        content: ` <a class="anchor" href="#${heading.id}" aria-label="Link to “${escape(heading.text)}”">#</a>`,
        children: null,
      }) as Token;
      tokens[at - 1]!.children!.push(anchor);
    }
    for (const [place, child] of (token.children ?? []).entries()) {
      if (child.type === "image") {
        const target = resolveLink(String(child.attrGet("src")), { source, url }, map, undefined);
        if (target.href === undefined)
          dead.push(`${source}: a picture must be in ${figures}; "${child.attrGet("src")}" does not.`);
        else child.attrSet("src", target.href);
        if (target.dead !== undefined) dead.push(target.dead);
      }
      if (child.type !== "link_open") continue;
      const target = resolveLink(String(child.attrGet("href")), { source, url }, map, repository);
      if (target.dead !== undefined) dead.push(target.dead);
      if (target.href === undefined) child.attrs = [["class", "file"]];
      else child.attrSet("href", target.href);
      // A link whose text is a file's name shows the page's title.
      const words = token.children![place + 1];
      if (target.title !== undefined && words?.type === "text" && /^[\w/.-]+\.md$/.test(words.content))
        words.content = target.title;
    }
  }
  return { html: markdown.renderer.render(tokens, markdown.options, {}), headings, dead };
}

/** Sections of a page for search: the words under each heading. */
export function passages(text: string): { readonly heading: Heading | undefined; readonly text: string }[] {
  const slugger = new GithubSlugger();
  const found: { heading: Heading | undefined; text: string }[] = [{ heading: undefined, text: "" }];
  const tokens = markdown.parse(text, {});
  for (const [at, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const words = wordsOf(tokens[at + 1]!);
      found.push({ heading: { level: Number(token.tag[1]), id: slugger.slug(words), text: words }, text: "" });
    } else if (token.type === "inline" && tokens[at - 1]?.type !== "heading_open") {
      found.at(-1)!.text += ` ${wordsOf(token)}`;
    } else if (token.type === "fence") found.at(-1)!.text += ` ${token.content}`;
  }
  return found.filter(({ heading, text }) => heading !== undefined || text.trim() !== "");
}
