// Where downloads are kept in Node and Deno unless told otherwise. A page has hub/default-cache.ts in its place ("imports" in package.json).
import type { HubCache } from "../hub/cache.ts";
import { hubFolder } from "./hub-folder.ts";

/** The folder of Python's library. */
export function defaultCache(): Promise<HubCache | undefined> {
  return Promise.resolve(hubFolder());
}
