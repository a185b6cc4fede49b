// The search index: passages of the guides under their headings, and names with first sentences of the API. MiniSearch's file, read by the page when somebody searches.
import MiniSearch from "minisearch";
import type { ApiPage } from "./api.ts";
import { passages } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { type Passage, searchOptions } from "../shared/search-options.ts";

/** What the index is made of. */
export function allPassages(pages: readonly Page[], api: readonly ApiPage[]): Passage[] {
  const found: Omit<Passage, "id">[] = [];
  for (const { url, title, text, source } of pages) {
    if (source.startsWith("examples/")) found.push({ url, page: "Example", title, text });
    else
      for (const { heading, text: words } of passages(text))
        found.push({
          url: heading && heading.level > 1 ? `${url}#${heading.id}` : url,
          page: title,
          title: heading?.text ?? title,
          text: words.slice(0, 3000),
        });
  }
  for (const { url, title, entry, text } of api) {
    if (entry === undefined) continue;
    const about = passages(text)[0]?.text.replace(/^[^.]*?;\s*/, "") ?? "";
    found.push({ url, page: entry, title: title.replace(/^\w[\w ]*: /, ""), text: about.slice(0, 400) });
  }
  return found.map((passage, id) => ({ id, ...passage }));
}

/** The index as JSON. */
export function searchIndex(found: readonly Passage[]): string {
  const search = new MiniSearch(searchOptions);
  search.addAll(found);
  return JSON.stringify(search);
}
