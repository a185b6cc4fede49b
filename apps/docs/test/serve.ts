// The built site below a path of a server, as GitHub's pages serve it.
import { preview } from "vite";

/** A server of a built site; `url` ends in "/deep/path/". */
export async function serveSite(out: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await preview({
    configFile: false,
    base: "/deep/path/",
    appType: "mpa",
    logLevel: "silent",
    build: { outDir: out },
    preview: { port: 0, host: "127.0.0.1" },
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    close: () => new Promise((resolve) => void server.httpServer.close(() => resolve())),
  };
}
