// The whole site as files: pages from Markdown, the API reference, search, llms.txt, scripts.
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ApiPage, apiPages } from "./api.ts";
import { faultsOf } from "./check.ts";
import { buildClient } from "./client.ts";
import { aboutText, landing } from "./landing.ts";
import { figures } from "./links.ts";
import { type Content, documentOf, type Frame } from "./layout.ts";
import { firstParagraph, llmsFull, llmsList, markdownUrl } from "./llms.ts";
import { render } from "./markdown.ts";
import { type Page, sections } from "./pages.ts";
import { app, root } from "./root.ts";
import { allPassages, searchIndex } from "./search-index.ts";

/** How a site is built. */
export interface SiteOptions {
  /** folder; what is in it is deleted */
  readonly out: string;
  /** the API reference, which takes most of the time; without it links to it are not checked */
  readonly api?: boolean;
  /** address under which files of the repository are read */
  readonly repository?: string | undefined;
  /** scripts too; without them those that are there stay */
  readonly client?: boolean;
}

/** What was built. */
export interface Built {
  readonly pages: number;
  readonly seconds: number;
}

/** @throws Error that names every dead link, anchor and picture, and everything inline */
export async function buildSite({ out, api = true, repository, client = true }: SiteOptions): Promise<Built> {
  const began = performance.now();
  if (client) rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "assets"), { recursive: true });
  if (client) await buildClient(out);
  cpSync(join(root, figures), join(out, "figures"), { recursive: true });
  for (const name of ["site.css", "mark.svg"]) copyFileSync(join(app, "src", name), join(out, "assets", name));

  const guides = sections();
  const pages = guides.flatMap((section) => section.pages);
  const reference = api ? await apiPages() : [];
  const frame: Frame = {
    sections: guides,
    api: api ? apiLinks(reference) : [["Every export", "api/index.html"]],
    version: versionOf(join(out, "assets")),
  };
  const map = new Map([...pages, ...reference].map(({ source, url, title }) => [source, { url, title }]));
  const faults: string[] = [];
  const written = new Map<string, string>();
  const write = (url: string, text: string): void => {
    mkdirSync(dirname(join(out, url)), { recursive: true });
    writeFileSync(join(out, url), text);
  };
  const add = (content: Content, within: Frame = frame): void => {
    const html = documentOf(content, within);
    written.set(content.url, html);
    write(content.url, html);
  };
  const rendered = ({ source, url, text }: Page | ApiPage): ReturnType<typeof render> => {
    const result = render(text, { source, url, map, repository });
    faults.push(...result.dead);
    return result;
  };

  for (const page of pages) {
    const { html, headings } = rendered(page);
    add({ url: page.url, title: page.title, html, headings, about: firstParagraph(page.text).slice(0, 200) });
    write(markdownUrl(page.url), page.text);
  }
  for (const page of reference) {
    const { html, headings } = rendered(page);
    const crumbs = [
      ["API", "api/index.html"] as const,
      ...(page.entry ? [[page.entry, indexOf(page.entry, reference)] as const] : []),
    ];
    const isIndex = crumbs.some(([, url]) => url === page.url);
    const title = isIndex ? (page.entry ?? "API") : page.title;
    add({
      url: page.url,
      title,
      html: isIndex ? html.replace(/<h1[^>]*>[\s\S]*?<\/h1>/, `<h1>${title}</h1>`) : html,
      headings,
      about: firstParagraph(page.text).slice(0, 200),
      ...(!isIndex && { crumbs }),
    });
  }
  const about = aboutText();
  add({
    url: "index.html",
    title: "x: Mamba-2 in a browser tab",
    html: landing(guides),
    headings: [],
    about,
    wide: true,
  });
  // A server shows it at any depth, where relative links would lead elsewhere: so it has none of the navigation.
  write("404.html", notFound);
  write("assets/search.json", searchIndex(allPassages(pages, reference)));
  write("llms.txt", llmsList(about, guides));
  write("llms-full.txt", llmsFull(about, guides));
  write(".nojekyll", "");

  faults.push(...faultsOf(withoutApi(written, api), filesOf(out)));
  if (faults.length > 0) throw new Error(`The site has ${faults.length} faults:\n${faults.join("\n")}`);
  return { pages: written.size, seconds: (performance.now() - began) / 1000 };
}

const notFound = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Not found · x</title>
<h1>There is no such page</h1><p>The search of the first page finds what has moved.</p></html>
`;

/** Without the reference its links lead nowhere: they are taken out before the check. */
function withoutApi(pages: ReadonlyMap<string, string>, api: boolean): ReadonlyMap<string, string> {
  if (api) return pages;
  return new Map([...pages].map(([url, html]) => [url, html.replace(/\shref="(\.\.\/)*api\/[^"]*"/g, "")]));
}

function indexOf(entry: string, reference: readonly ApiPage[]): string {
  const own = reference.filter((page) => page.entry === entry && page.url.endsWith("/index.html"));
  const shortest = own.sort((a, b) => a.url.length - b.url.length)[0];
  if (!shortest) throw new Error(`The API reference must have a page of ${entry}; it has none.`);
  return shortest.url;
}

function apiLinks(reference: readonly ApiPage[]): (readonly [string, string])[] {
  const entries = [...new Set(reference.map(({ entry }) => entry).filter((entry) => entry !== undefined))];
  return [
    ["Every export", "api/index.html"],
    ...entries.sort().map((entry) => [entry, indexOf(entry, reference)] as const),
  ];
}

function versionOf(assets: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(assets).sort())
    if (!name.endsWith(".json")) hash.update(readFileSync(join(assets, name)));
  return hash.digest("hex").slice(0, 10);
}

function filesOf(folder: string): Set<string> {
  return new Set(readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/")));
}
