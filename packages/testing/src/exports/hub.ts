// Example arguments for the exports of @x/mamba2/hub: with a hub of the machine's own, so for Node only.
import { startHub } from "../hub-server.ts";
import { type ExportTable, of } from "./example.ts";

export const hubExports: ExportTable = {
  pageCache: of(() => []),
  openRepository: of(() => ["owner/name", { cache: false }], {
    options: 1,
    call: async (open: (...args: readonly unknown[]) => Promise<unknown>, args: readonly unknown[]) => {
      const hub = await startHub({ "owner/name": { revisions: { main: new Map([["a.txt", Uint8Array.of(1)]]) } } });
      const options = args[1];
      const plain =
        typeof options === "object" && options !== null && Object.getPrototypeOf(options) === Object.prototype;
      try {
        await open(args[0], plain ? { endpoint: hub.endpoint, ...options } : options);
      } finally {
        await hub.close();
      }
    },
  }),
};
