// The frame around a page's text: head, navigation, contents, previous and next. All addresses are relative, and nothing is inline, so that a page runs in any folder and
// under a strict content security policy.
import { relativeUrl } from "./links.ts";
import type { Heading } from "./markdown.ts";
import type { Section } from "./pages.ts";

/** The policy of every page. Readers' code runs in a worker that is a file of its own: `blob:` and 'wasm-unsafe-eval' are for that worker alone, see docs/design/012-site.md. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

/** A page, ready to be set. */
export interface Content {
  readonly url: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** the way to it, for pages that the navigation does not name: label and url */
  readonly crumbs?: readonly (readonly [label: string, url: string])[];
  /** one sentence, for search engines */
  readonly about: string;
  /** no navigation and no contents: the page fills the window */
  readonly wide?: boolean;
}

/** What all pages share. */
export interface Frame {
  readonly sections: readonly Section[];
  /** entry points of the API reference: label and url */
  readonly api: readonly (readonly [label: string, url: string])[];
  /** of assets, so that a browser does not mix two builds */
  readonly version: string;
}

/** Text in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

function link(from: string, url: string, label: string, current: boolean): string {
  return `<a href="${relativeUrl(from, url)}"${current ? ' aria-current="page"' : ""}>${escapeHtml(label)}</a>`;
}

function navigation({ sections, api }: Frame, url: string): string {
  const groups = [
    ...sections.map(({ title, pages }) => ({ title, links: pages.map((page) => [page.label, page.url] as const) })),
    { title: "API", links: api },
  ];
  const parts = groups.map(({ title, links }) => {
    const holds = links.some(([, to]) => to === url);
    const items = links.map(([label, to]) => `<li>${link(url, to, label, to === url)}</li>`).join("");
    const inApi = url.startsWith("api/");
    const open = holds || (title === "API" ? inApi : title.startsWith("Start") && !inApi) ? " open" : "";
    return `<details${open}><summary>${escapeHtml(title)}</summary><ul>${items}</ul></details>`;
  });
  return `<nav id="navigation" aria-label="Pages">${parts.join("")}</nav>`;
}

function contents(headings: readonly Heading[]): string {
  const listed = headings.slice(1).filter(({ level }) => level <= 3);
  if (listed.length < 3) return "";
  const items = listed.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<aside id="contents" aria-label="On this page"><p>On this page</p><ul>${items.join("")}</ul></aside>`;
}

function neighbours(frame: Frame, url: string): string {
  const pages = frame.sections.flatMap((section) => section.pages);
  const at = pages.findIndex((page) => page.url === url);
  if (at < 0) return "";
  const side = (page: (typeof pages)[number] | undefined, word: string): string =>
    page
      ? `<a href="${relativeUrl(url, page.url)}"><small>${word}</small>${escapeHtml(page.label)}</a>`
      : "<span></span>";
  return `<nav class="neighbours" aria-label="Neighbours">${side(pages[at - 1], "Before")}${side(pages[at + 1], "Next")}</nav>`;
}

const icon = (path: string): string =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">${path}</svg>`;

function header(url: string, wide: boolean): string {
  const to = (path: string): string => relativeUrl(url, path);
  const menu = wide
    ? ""
    : `<button id="menu" aria-label="Pages" aria-expanded="false" aria-controls="navigation">${icon('<path d="M4 6h16M4 12h16M4 18h16"/>')}</button>`;
  return `<header class="top">${menu}<a class="brand" href="${to("index.html")}"><img src="${to("assets/mark.svg")}" alt="" width="26" height="26">x</a>
<nav class="places" aria-label="Site"><a href="${to("start/kernel.html")}">Start</a><a href="${to("guide/examples.html")}">Examples</a><a href="${to("api/index.html")}">API</a></nav>
<button id="search-open" aria-keyshortcuts="Control+K /">${icon('<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>')}<span>Search</span><kbd>Ctrl K</kbd></button>
<button id="theme" aria-label="Light or dark">${icon('<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 0 0 16z" fill="currentColor"/>')}</button></header>`;
}

/** A whole document. */
export function documentOf(content: Content, frame: Frame): string {
  const { url, title, html, headings, crumbs = [], about, wide = false } = content;
  const asset = (name: string): string => `${relativeUrl(url, `assets/${name}`)}?v=${frame.version}`;
  const trail = crumbs.map(([label, to]) => `<a href="${relativeUrl(url, to)}">${escapeHtml(label)}</a> › `).join("");
  const article = `<main id="main">${trail ? `<p class="crumbs">${trail}${escapeHtml(title)}</p>` : ""}${html}${neighbours(frame, url)}</main>`;
  const body = wide
    ? `<div class="wide">${article}</div>`
    : `<div class="columns">${navigation(frame, url)}${article}${contents(headings)}</div>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(wide ? title : `${title} · x`)}</title>
<meta name="description" content="${escapeHtml(about)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${asset("mark.svg")}">
<script src="${asset("theme.js")}"></script>
<link rel="stylesheet" href="${asset("site.css")}">
<script type="module" src="${asset("page.js")}"></script>
</head>
<body data-site="${relativeUrl(url, "index.html").replace(/index\.html$/, "")}" data-version="${frame.version}">
<a class="skip" href="#main">To the text</a>
${header(url, wide)}
${body}
</body>
</html>
`;
}
