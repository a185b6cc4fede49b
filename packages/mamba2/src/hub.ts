// The part of @x/mamba2 that reads models from a hub, by name. Import it as "@x/mamba2/hub"; Mamba2LM.fromPretrained loads it when it is called.
export type { HubCache, PartialFile, RangeReader } from "./hub/cache.ts";
export type { DownloadProgress, RepositoryOptions } from "./hub/options.ts";
export type { HubFile } from "./hub/ranges.ts";
export { type PageCache, pageCache } from "./hub/page-cache.ts";
export { openRepository, type Repository } from "./hub/repository.ts";
