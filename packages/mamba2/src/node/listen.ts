// A port of this machine for a function of requests and responses: node:http, as Node, Deno and Bun have it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { describeValue } from "@x/base";
import {
  checkOptions,
  ConfigError,
  requireArity,
  requireCount,
  requireFunction,
  requireText,
  strict,
} from "@x/tensor/core";

/** Options of {@link listen}. */
export interface ListenOptions {
  /** 0: any that is free; default 8000 */
  readonly port?: number;
  /** default "127.0.0.1": this machine alone; "0.0.0.0" is everybody */
  readonly host?: string;
}

/** What {@link listen} gives. */
export interface ListeningServer {
  /** such as "http://127.0.0.1:8000" */
  readonly url: string;
  /** Takes no more connections, and ends those that are idle; resolves when the rest have been answered. */
  close(): Promise<void>;
}

/** Milliseconds that a connection may be idle: longer than clients keep theirs, so that none asks on one that is being closed. */
const KEEP_ALIVE_MS = 65_000;

/** Milliseconds that the last bytes of an answer may take to leave. */
const LAST_BYTES_MS = 30_000;

/**
 * Answers requests to a port by a function of the web's own `Request` and `Response`, such as `fetch` of a CompletionService. The request's signal is aborted, and the response's
 * body cancelled, when the client goes; no more of a body is read than the client takes. Where the function raises, the client gets status 500 and the console the error.
 *
 * @throws ConfigError for an option that cannot be, or a port that cannot be listened on
 * @example
 * const listening = await listen(() => new Response("hello"), { port: 0 });
 * console.log(await (await fetch(listening.url)).text()); // hello
 * await listening.close();
 */
export async function listen(
  handle: (request: Request) => Response | Promise<Response>,
  options: ListenOptions = {},
): Promise<ListeningServer> {
  requireArity("listen", arguments, 2);
  requireFunction("listen", "handle", handle);
  checkOptions<ListenOptions>("listen", options, { port: true, host: true });
  const { port = 8000, host = "127.0.0.1" } = options;
  requireCount("listen", "port", port, 0, 65_535);
  requireText("listen", "host", host);
  const connections = new Connections();
  const server = createServer((incoming, outgoing) => {
    connections.answering(incoming.socket, outgoing);
    void serveOne(handle, incoming, outgoing);
  });
  server.on("connection", (socket) => connections.add(socket));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await started(server, port, host);
  const { address, family, port: taken } = server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`;
  return strict("listen", {
    url,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        connections.close();
      }),
  });
}

/** Which connections are answered now. A client may have opened one without having asked anything on it: `server.closeIdleConnections()` would leave it. */
class Connections {
  readonly #open = new Map<Socket, number>();
  #closing = false;

  add(socket: Socket): void {
    this.#open.set(socket, 0);
    socket.once("close", () => this.#open.delete(socket));
  }

  answering(socket: Socket, outgoing: ServerResponse): void {
    const change = (by: number): void => {
      const count = (this.#open.get(socket) ?? 0) + by;
      if (this.#open.has(socket)) this.#open.set(socket, count);
      if (count === 0 && this.#closing) socket.destroy();
    };
    change(1);
    outgoing.once("close", () => change(-1));
  }

  /** Ends those that are not answered, and the others once they are. */
  close(): void {
    this.#closing = true;
    for (const [socket, count] of this.#open) if (count === 0) socket.destroy();
  }
}

function started(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? "it is in use" : cause.message;
      reject(
        new ConfigError(`listen: port ${port} of ${host} must be one that can be listened on; ${reason}.`, {
          field: "port",
          got: port,
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function serveOne(
  handle: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort(new DOMException("The client has gone.", "AbortError"));
  });
  try {
    const request = requestOf(incoming, gone.signal);
    if (!request) {
      outgoing.writeHead(400, { "content-type": "text/plain", connection: "close" });
      return void outgoing.end("The request must be one that fetch() could make.");
    }
    const response: unknown = await handle(request);
    if (!(response instanceof Response))
      throw new TypeError(`listen: handle must give a Response; got ${describeValue(response)}.`);
    const headers = headersOf(response);
    // what is left of a body that was refused is not waited for
    outgoing.writeHead(response.status, incoming.complete ? headers : { ...headers, connection: "close" });
    await send(response.body, outgoing, gone.signal);
  } catch (error) {
    if (gone.signal.aborted || outgoing.headersSent) return void outgoing.destroy(); // the client sees that something is missing
    console.error(error);
    outgoing.writeHead(500, { "content-type": "text/plain", connection: "close" });
    outgoing.end("The server has failed to answer; its log says why.");
  }
}

/** The headers of a response; of set-cookie, which there may be several of, all. */
function headersOf({ headers }: Response): Record<string, string | string[]> {
  const cookies = headers.getSetCookie();
  return { ...Object.fromEntries(headers), ...(cookies.length > 0 && { "set-cookie": cookies }) };
}

/** undefined for an address or a method that no Request can have, such as TRACE. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  const { method = "GET" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const init = { method, headers, signal, ...(hasBody && { body: Readable.toWeb(incoming), duplex: "half" }) };
  try {
    return new Request(new URL(incoming.url ?? "/", "http://localhost"), init as RequestInit);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Hands a body on as fast as the client takes it. */
async function send(
  body: ReadableStream<Uint8Array> | null,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const reader = body?.getReader();
  const cancel = (): void => void reader?.cancel(gone.reason).catch(() => undefined);
  gone.addEventListener("abort", cancel);
  reader?.closed.catch(() => outgoing.destroy()); // a client that stalls is waited for below
  for (let part = await reader?.read(); part && !part.done; part = await reader!.read())
    if (!outgoing.write(part.value)) await roomIn(outgoing, gone);
  outgoing.end();
  const stalling = setTimeout(() => outgoing.destroy(), LAST_BYTES_MS);
  outgoing.once("close", () => clearTimeout(stalling));
}

function roomIn(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off("drain", go);
      gone.removeEventListener("abort", go);
      resolve();
    };
    outgoing.once("drain", go);
    gone.addEventListener("abort", go);
  });
}
