// Where downloads are kept in a page unless told otherwise. Node and Deno have node/default-cache.ts in its place ("imports" in package.json).
import type { HubCache } from "./cache.ts";

/** Nowhere, for now. */
export function defaultCache(): Promise<HubCache | undefined> {
  return Promise.resolve(undefined);
}
