// Where downloads are kept in a page unless told otherwise. Node and Deno have node/default-cache.ts in its place ("imports" in package.json).
import type { HubCache } from "./cache.ts";
import { pageCache } from "./page-cache.ts";

/** The page's own file system, else its cache; nowhere where the browser gives neither. */
export function defaultCache(): Promise<HubCache | undefined> {
  return pageCache();
}
