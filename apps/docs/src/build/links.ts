// Where a link of a Markdown file leads: to a page of the site, to a file of the repository, or out.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "./root.ts";

/** From one page of the site to another path in it, relative: the site runs in any folder of any server. */
export function relativeUrl(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path === "" ? posix.basename(to) : path;
}

/** Figures and their data; the site has them in a folder of its own. */
export const figures = "docs/figures";

/** Paths in the repository → pages of the site. */
export type SiteMap = ReadonlyMap<string, { readonly url: string; readonly title: string }>;

/** What becomes of a link: `undefined` as href means plain text without a link. */
export interface Target {
  readonly href: string | undefined;
  /** title of the page that it leads to */
  readonly title?: string;
  /** why it is dead */
  readonly dead?: string;
}

/**
 * @param page source and url of the page that has the link
 * @param repository address under which the repository's files are read, such as https://github.com/owner/name/blob/main; none: links to files that are no pages become text
 */
export function resolveLink(
  href: string,
  page: { readonly source: string; readonly url: string },
  map: SiteMap,
  repository: string | undefined,
): Target {
  if (/^[a-z]+:/i.test(href) || href.startsWith("#")) return { href };
  const [path = "", anchor] = href.split("#");
  const file = posix.join(posix.dirname(page.source), decodeURI(path)).replace(/\/$/, "");
  const to = map.get(file) ?? map.get(`${file}/README.md`);
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (to !== undefined) return { href: relativeUrl(page.url, to.url) + hash, title: to.title };
  if (!existsSync(join(root, file)))
    return { href, dead: `${page.source}: the link "${href}" must lead to a file; there is no ${file}.` };
  if (file.startsWith(`${figures}/`)) return { href: relativeUrl(page.url, file.slice("docs/".length)) };
  return { href: repository === undefined ? undefined : `${repository}/${file}${hash}` };
}
