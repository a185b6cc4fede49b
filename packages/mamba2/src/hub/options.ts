// Options of everything that reads repositories, and what the environment says where they are silent.
import { environment, type OptionKeys } from "@x/base";
import { checkOptions, ConfigError, requireOptions } from "@x/tensor/core";
import { warn, type WarningOptions } from "../checkpoint/warnings.ts";
import type { HubCache } from "./cache.ts";
import { repositoryName, requireRevision } from "./names.ts";
import type { Hub } from "./requests.ts";

/** How far the files of a checkpoint are there. */
export interface DownloadProgress {
  /** bytes of all files that the checkpoint needs; those in the cache count as there */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** the file that the last bytes are of */
  readonly file: string;
}

/** How a repository is read. */
export interface RepositoryOptions extends WarningOptions {
  /** a branch, a tag or a commit; default "main". `owner/name@revision` says it too */
  readonly revision?: string;
  /** opens private repositories; goes to the endpoint only. Default: HF_TOKEN, where there is an environment */
  readonly token?: string;
  /** called with each piece that arrives */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** ends what is under way; what has arrived is kept */
  readonly signal?: AbortSignal;
  /** Where files are kept. Default: the folder that Python's library uses in Node and Deno, the page's own file system in a page; false: nowhere. */
  readonly cache?: HubCache | false;
  /** read the cache alone, without requests; default: HF_HUB_OFFLINE, else false */
  readonly offline?: boolean;
  /** address of the hub; default: HF_ENDPOINT, else https://huggingface.co */
  readonly endpoint?: string;
}

export const REPOSITORY_OPTIONS: OptionKeys<RepositoryOptions> = {
  revision: true,
  token: true,
  onProgress: "function",
  signal: "signal",
  cache: true,
  offline: "boolean",
  endpoint: true,
  onWarning: "function",
};

/** Options with everything decided. */
export interface Settings {
  readonly hub: Hub;
  readonly cache: HubCache | undefined;
  readonly offline: boolean;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
  warn(warning: string): void;
}

const ENDPOINT = "https://huggingface.co";
const ON = /^(?:1|on|yes|true)$/i; // as Python's library reads switches

/** Checks options and fills them up. @throws ConfigError */
export async function settingsOf(op: string, named: string, options: RepositoryOptions): Promise<Settings> {
  checkOptions<RepositoryOptions>(op, options, REPOSITORY_OPTIONS);
  const { name, revision: inName } = repositoryName(named);
  const {
    revision = inName ?? "main",
    token = environment("HF_TOKEN"),
    onProgress,
    signal,
    cache,
    onWarning,
  } = options;
  requireRevision(revision);
  if (options.revision !== undefined && inName !== undefined && options.revision !== inName) {
    throw new ConfigError(
      `${op}: revision must be given once; got "${inName}" in the name, and "${options.revision}".`,
      {
        field: "revision",
        expected: inName,
        got: options.revision,
      },
    );
  }
  if (token !== undefined && (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)))
    throw new ConfigError(`${op}: token must be a text without spaces; got something else.`, { field: "token" });
  const offline = options.offline ?? ON.test(environment("HF_HUB_OFFLINE") ?? "");
  if (cache !== undefined && cache !== false) requireOptions(op, cache, "cache");
  const kept = cache === undefined ? await (await import("#default-cache")).defaultCache() : cache || undefined;
  if (offline && !kept)
    throw new ConfigError(`${op}: offline must come with a cache, which is all that can be read then; there is none.`, {
      field: "cache",
    });
  const tell = (warning: string): void => warn([warning], { ...(onWarning && { onWarning }) });
  if (cache === undefined && !kept)
    tell(
      "hub: downloads are kept nowhere; this page has neither files nor a cache of its own (it has no https, or its window is private). cache: false says that this is meant.",
    );
  return {
    hub: { endpoint: endpointOf(op, options.endpoint), repository: name, revision, token, signal },
    cache: kept,
    offline,
    onProgress,
    warn: tell,
  };
}

function endpointOf(op: string, given: unknown = environment("HF_ENDPOINT") ?? ENDPOINT): string {
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && url.username === "")
    return url.href.replace(/\/+$/, "");
  throw ConfigError.must(op, "endpoint", `be an address such as ${ENDPOINT}`, given);
}

/**
 * What the environment says of where downloads are kept: their folder, the one of Hugging Face's libraries that holds it,
 * the one of all caches. It is read here as all that the environment says of repositories, for Node too: a bundler cuts
 * a page into smaller chunks where that is in a file of its own.
 */
export function cacheInEnvironment(): Readonly<Record<"folder" | "home" | "caches", string | undefined>> {
  return {
    folder: environment("HF_HUB_CACHE") ?? environment("HUGGINGFACE_HUB_CACHE"),
    home: environment("HF_HOME"),
    caches: environment("XDG_CACHE_HOME"),
  };
}
