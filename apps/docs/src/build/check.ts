// What the built pages must keep: every link, file and anchor exists, and they contain nothing that their policy forbids.
import { posix } from "node:path";

/**
 * @param whole url → HTML
 * @param files other files of the site
 * @returns what is wrong, a sentence each
 */
export function faultsOf(whole: ReadonlyMap<string, string>, files: ReadonlySet<string>): string[] {
  const pages = new Map([...whole].map(([url, html]) => [url, html.replace(/<pre[\s\S]*?<\/pre>/g, "")])); // code is no markup
  const ids = new Map<string, Set<string>>();
  const faults: string[] = [];
  for (const [url, html] of pages) {
    const own = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
    ids.set(url, new Set(own));
    if (ids.get(url)!.size < own.length) faults.push(`${url}: an id must be unique; ${twice(own)} occurs twice.`);
    const forbidden = /<script(?![^>]*\ssrc=)[^>]*>|\sstyle="|\son[a-z]+="|href="javascript:|<style/.exec(html);
    if (forbidden) faults.push(`${url}: "${forbidden[0].trim()}" is inline, which the page's policy forbids.`);
  }
  for (const [url, html] of pages)
    for (const [, name, address] of html.matchAll(/\s(href|src)="([^"]*)"/g)) {
      const [path = "", hash] = address!.replaceAll("&amp;", "&").split("#");
      if (/^(https?|mailto):/.test(path)) {
        if (name === "src") faults.push(`${url}: "${address}" must be a file of the site.`);
        continue;
      }
      const to = path === "" ? url : posix.join(posix.dirname(url), decodeURI(path.split("?")[0]!));
      if (!pages.has(to) && !files.has(to)) faults.push(`${url}: the link "${address}" leads to no file.`);
      else if (hash !== undefined && pages.has(to) && !ids.get(to)!.has(decodeURIComponent(hash)))
        faults.push(`${url}: the link "${address}" leads to a page without this anchor.`);
    }
  return faults;
}

function twice(names: readonly string[]): string {
  return names.find((name, at) => names.indexOf(name) < at) ?? "";
}
