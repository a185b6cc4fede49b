// A hub for tests: what its clients see of huggingface.co (commits, listings, redirects of large files to storage on another host, refusals with its headers), with faults on request.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PIECE_BYTES, served, type ServedRepository, type Stored } from "./hub-files.ts";

export type { ServedFile, ServedRepository } from "./hub-files.ts";

/** Something that goes wrong. */
export interface Fault {
  /** requests that it happens to: "METHOD host path" must match */
  readonly on: RegExp;
  /** how often; default 1 */
  times?: number;
  /** an answer of this status in the place of the right one */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** the connection breaks off after so many bytes of the body */
  readonly dropAfter?: number;
  /** the byte in the middle of the file is another */
  readonly corrupt?: true;
  /** the range that was asked for is not looked at */
  readonly noRanges?: true;
}

/** One request, as it came. */
export interface SeenRequest {
  readonly host: "hub" | "storage";
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  /** bytes of the body that were sent, also of one that broke off */
  sentBytes: number;
}

/** A running hub. */
export interface HubServer {
  readonly endpoint: string;
  readonly storage: string;
  readonly seen: SeenRequest[];
  readonly faults: Fault[];
  /** the commit of a revision */
  commit(repository: string, revision?: string): string;
  close(): Promise<void>;
}

export interface HubServerOptions {
  /** what private repositories are opened by; default "hf_test" */
  readonly token?: string;
  /** files of at least so many bytes are in large storage; default 1024 */
  readonly largeBytes?: number;
  /** entries of a page of a listing; default 50 */
  readonly pageSize?: number;
}

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, range",
  "Access-Control-Expose-Headers":
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag",
};

/** Starts a hub with these repositories, and storage on another port. */
export async function startHub(
  repositories: Readonly<Record<string, ServedRepository>>,
  options: HubServerOptions = {},
): Promise<HubServer> {
  const { token = "hf_test", largeBytes = 1024, pageSize = 50 } = options;
  const all = new Map(Object.entries(repositories).map(([name, one]) => [name, served(name, one, largeBytes)]));
  const seen: SeenRequest[] = [];
  const faults: Fault[] = [];
  const blobs = new Map<string, Stored>();
  for (const { files } of all.values())
    for (const byName of files.values())
      for (const file of byName.values()) if (file.sha256 !== undefined) blobs.set(file.sha256, file);

  const see = (
    host: SeenRequest["host"],
    request: IncomingMessage,
  ): { seen: SeenRequest; fault: Fault | undefined } => {
    const { method = "GET", url = "/", headers } = request;
    const one: SeenRequest = {
      host,
      method,
      path: url,
      authorization: headers.authorization,
      range: headers.range,
      sentBytes: 0,
    };
    seen.push(one);
    const fault = faults.find((known) => known.on.test(`${method} ${host} ${url}`) && (known.times ?? 1) > 0);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    return { seen: one, fault };
  };

  const hub = createServer((request, response) => {
    const { seen: one, fault } = see("hub", request);
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    if (fault?.status !== undefined) return refuse(response, fault.status, "", "", fault.headers);
    const url = new URL(request.url ?? "/", "http://hub");
    const parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const api = parts[0] === "api" && parts[1] === "models";
    const [owner, name, verb, revision = "main", ...rest] = api ? parts.slice(2) : parts;
    const repository = all.get(`${owner}/${name}`);
    const mayRead = one.authorization === `Bearer ${token}`;
    if (one.authorization !== undefined && !mayRead)
      return refuse(response, 401, "", "Invalid credentials in Authorization header");
    if (!repository || (repository.repository.private === true && !mayRead))
      return refuse(response, mayRead ? 404 : 401, "RepoNotFound", "Repository not found");
    const commit =
      repository.commits.get(revision) ?? ([...repository.commits.values()].includes(revision) ? revision : "");
    const files = repository.files.get(commit);
    if (!files) return refuse(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    if (api && verb === "revision")
      return json(response, one, { _id: commit.slice(0, 24), id: `${owner}/${name}`, sha: commit, private: false });
    if (api && verb === "tree")
      return listing(response, one, url, entriesOf([...files.values()], rest.join("/")), pageSize);
    if (repository.repository.gated === true)
      return refuse(response, mayRead ? 403 : 401, "GatedRepo", `Access to model ${owner}/${name} is restricted.`);
    const file = verb === "resolve" ? files.get(rest.join("/")) : undefined;
    if (!file) return refuse(response, 404, "EntryNotFound", "Entry not found");
    const headers = { ...CORS, "X-Repo-Commit": commit, "Accept-Ranges": "bytes", ETag: `"${file.oid}"` };
    if (file.sha256 === undefined) return send(request, response, one, file, headers, fault);
    response.writeHead(302, {
      ...headers,
      Location: `${storage}/blobs/${file.sha256}?signature=${createHash("sha1").update(file.path).digest("hex")}`,
      "X-Linked-Size": file.sizeBytes,
      "X-Linked-ETag": `"${file.sha256}"`,
      "Content-Length": 0,
    });
    response.end();
  });
  const store = createServer((request, response) => {
    const { seen: one, fault } = see("storage", request);
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    if (fault?.status !== undefined) return refuse(response, fault.status, "", "", fault.headers);
    const file = blobs.get(new URL(request.url ?? "/", "http://storage").pathname.slice("/blobs/".length));
    if (!file) return refuse(response, 403, "", "AccessDenied");
    return send(request, response, one, file, { ...CORS, "Accept-Ranges": "bytes", ETag: `"${file.sha256}"` }, fault);
  });
  const [endpoint, storage] = [await listen(hub), await listen(store)];
  return {
    endpoint,
    storage,
    seen,
    faults,
    commit: (repository, revision = "main") => all.get(repository)!.commits.get(revision)!,
    close: async () => {
      for (const server of [hub, store]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...CORS,
    "Content-Type": "application/json",
    ...(code !== "" && { "X-Error-Code": code }),
    ...(message !== "" && { "X-Error-Message": message }),
    ...headers,
  });
  response.end(JSON.stringify({ error: message }));
}

function json(response: ServerResponse, seen: SeenRequest, value: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(value));
  seen.sentBytes = body.length;
  response.writeHead(200, { ...CORS, "Content-Type": "application/json", ...headers });
  response.end(body);
}

/** The entries of a folder, "" for the top: files, and folders by their names. */
function entriesOf(files: readonly Stored[], folder: string): readonly object[] {
  const within = folder === "" ? files : files.filter(({ path }) => path.startsWith(`${folder}/`));
  const rest = (path: string): string => (folder === "" ? path : path.slice(folder.length + 1));
  const folders = new Set(within.map(({ path }) => rest(path)).filter((path) => path.includes("/")));
  return [
    ...[...new Set([...folders].map((path) => path.split("/")[0]!))].map((name) => ({
      type: "directory",
      oid: "0".repeat(40),
      size: 0,
      path: folder === "" ? name : `${folder}/${name}`,
    })),
    ...within
      .filter(({ path }) => !folders.has(rest(path)))
      .map(({ path, sizeBytes, oid, sha256 }) => ({
        type: "file",
        oid,
        size: sizeBytes,
        path,
        ...(sha256 !== undefined && { lfs: { oid: sha256, size: sizeBytes, pointerSize: 134 } }),
      })),
  ];
}

function listing(
  response: ServerResponse,
  seen: SeenRequest,
  url: URL,
  all: readonly object[],
  pageSize: number,
): void {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const entries = all.slice(from, from + pageSize);
  if (from + pageSize >= all.length) return json(response, seen, entries);
  url.searchParams.set("cursor", String(from + pageSize));
  const host = response.req.headers.host ?? "";
  json(response, seen, entries, { Link: `<http://${host}${url.pathname}${url.search}>; rel="next"` });
}

/** Sends a file or the range that was asked for, piece by piece, as the client takes them. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest,
  file: Stored,
  headers: Readonly<Record<string, string>>,
  fault: Fault | undefined,
): void {
  const asked = fault?.noRanges ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = asked ? Number(asked[1]) : 0;
  const end = asked?.[2] ? Math.min(Number(asked[2]) + 1, file.sizeBytes) : file.sizeBytes;
  if (start >= file.sizeBytes && file.sizeBytes > 0)
    return void response.writeHead(416, { ...CORS, "Content-Range": `bytes */${file.sizeBytes}` }).end();
  response.writeHead(asked ? 206 : 200, {
    ...headers,
    "Content-Length": end - start,
    "Content-Type": "application/octet-stream",
    ...(asked && { "Content-Range": `bytes ${start}-${end - 1}/${file.sizeBytes}` }),
  });
  if (request.method === "HEAD") return void response.end();
  const stop = Math.min(end, start + (fault?.dropAfter ?? Infinity));
  let at = start;
  const pump = (): void => {
    while (at < stop) {
      let piece = file.bytes(at, Math.min(at + PIECE_BYTES, stop));
      const middle = (file.sizeBytes >> 1) - at;
      if (fault?.corrupt && middle >= 0 && middle < piece.length) {
        piece = Uint8Array.from(piece);
        piece[middle]! ^= 1;
      }
      at += piece.length;
      seen.sentBytes += piece.length;
      if (!response.write(piece)) return void response.once("drain", pump);
    }
    if (at === end) response.end();
    else response.write("", () => setTimeout(() => response.destroy(), 20)); // what was written has left by then
  };
  response.on("error", () => undefined);
  pump();
}
