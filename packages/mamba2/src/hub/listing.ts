// What a repository holds: the commit that a revision names, and the files beside each other at its top, with the chat templates in their folder.
import { describeValue } from "@x/base";
import type { ListFileEntry } from "#hub-library";
import { isReadName, TEMPLATE_FOLDER } from "../checkpoint/file-names.ts";
import { hubError, isCommit } from "./names.ts";
import type { HubFile } from "./ranges.ts";
import { type Hub, Patience, request } from "./requests.ts";

/** The files at the top of a repository at a commit, by name. */
export interface Listing {
  readonly commit: string;
  readonly files: ReadonlyMap<string, HubFile>;
}

/** Asks the hub for the commit of a revision. @throws CheckpointError when there is none, or the hub does not answer */
export async function commitOf(hub: Hub): Promise<string> {
  const { modelInfo } = await import("#hub-library");
  const { sha } = await modelInfo({
    name: hub.repository,
    revision: hub.revision,
    additionalFields: ["sha"],
    hubUrl: hub.endpoint,
    fetch: fetchOf(hub, "its commit"),
  });
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw hubError(`${hub.endpoint} must name the commit of "${hub.repository}"; got ${describeValue(sha)}.`, {
    repository: hub.repository,
    got: sha,
  });
}

/** Asks the hub for the files of a commit. @throws CheckpointError for a listing that is none */
export async function listingOf(hub: Hub, commit: string): Promise<Listing> {
  const files = new Map<string, HubFile>();
  for await (const { type, path, size, oid, lfs } of entriesOf(hub, commit)) {
    if (type !== "file" || !isReadName(path)) continue; // folders, and what no checkpoint is named
    const [etag, sizeBytes] = lfs ? [lfs.oid, lfs.size] : [oid, size];
    const digits = lfs ? 64 : 40;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || !new RegExp(`^[0-9a-f]{${digits}}$`).test(etag ?? "")) {
      throw hubError(
        `${hub.endpoint} must state size and checksum of ${path} in "${hub.repository}"; got ${describeValue(sizeBytes)} and ${describeValue(etag)}.`,
        { repository: hub.repository, file: path, got: etag },
      );
    }
    files.set(path, { path, sizeBytes, etag: etag! });
  }
  return { commit, files };
}

/** The files at the top of a commit, and in the folder of templates. */
async function* entriesOf(hub: Hub, commit: string, path?: string): AsyncGenerator<ListFileEntry, void, void> {
  const { listFiles } = await import("#hub-library");
  const entries = listFiles({
    repo: hub.repository,
    revision: commit,
    hubUrl: hub.endpoint,
    fetch: fetchOf(hub, "its files"),
    ...(path !== undefined && { path }),
  });
  for await (const entry of entries) {
    if (entry.type === "directory" && `${entry.path}/` === TEMPLATE_FOLDER) yield* entriesOf(hub, commit, entry.path);
    else yield entry;
  }
}

/** A fetch for the library: with the token, which it would judge, with patience, and with refusals in our words. */
function fetchOf(hub: Hub, what: string): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const patience = new Patience(hub, `${what} ("${hub.repository}")`);
    for (;;) {
      try {
        const { response } = await request(hub, url, Object.fromEntries(new Headers(init?.headers)), what);
        const body = await response.arrayBuffer(); // here, so that a connection that breaks off is tried again
        return new Response(body, { status: response.status, headers: response.headers });
      } catch (error) {
        await patience.failed(error);
      }
    }
  };
}
