// Example arguments for the exports of @x/mamba2/node: folders of the machine's own, so for Node only.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mamba2LM } from "@x/mamba2";
import type { FileReader } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { type listen, type loadAdapterFolder, saveAdapterFolder, saveFolder } from "@x/mamba2/node";
import { type ExportTable, of, thenDispose } from "./example.ts";
import { smallConfig, smallModel } from "./mamba2.ts";

/** A folder that is gone after the call. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "exports-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The call with a folder for argument `at`, which is null in `args`; another text in its place is a path inside of the folder. */
const withFolder =
  (fill: boolean, at = 0) =>
  (fn: (...args: readonly unknown[]) => Promise<unknown>, args: readonly unknown[]): Promise<unknown> =>
    inFolder(async (folder) => {
      if (fill) await saveFolder(new Mamba2LM(smallConfig), folder);
      const given = args[at];
      const path = given === null ? folder : typeof given === "string" ? join(folder, given) : given;
      const result = await fn(...args.with(at, path));
      if (typeof result === "function") await (result as FileReader)("config.json");
      if (result instanceof Mamba2LM) result.dispose();
    });

export const nodeExports: ExportTable = {
  folderReader: of(() => [null], { call: withFolder(true) }),
  defaultHubFolder: of(() => []),
  hubFolder: of(() => ["downloads"]),
  listen: of(() => [() => new Response("hello"), { port: 0 }], {
    options: 1,
    call: async (start: typeof listen, args: Parameters<typeof listen>) => {
      const listening = await start(...args);
      await (await fetch(listening.url)).text();
      await listening.close();
    },
  }),
  loadFolder: of((device) => [null, { device }], { options: 1, call: withFolder(true) }),
  loadAdapterFolder: of((device) => [smallModel(device), null], {
    options: 2,
    call: (load: typeof loadAdapterFolder, args: readonly unknown[]) =>
      thenDispose(args, () =>
        inFolder(async (folder) => {
          const model = new Mamba2LM(smallConfig);
          await saveAdapterFolder(addAdapter(model), folder);
          model.dispose();
          const given = args[1] === null ? args.with(1, folder) : args;
          await (load as (...args: readonly unknown[]) => Promise<unknown>)(...given);
        }),
      ),
  }),
  saveAdapterFolder: of((device) => [smallModel(device), null], {
    options: 2,
    call: async (save: typeof saveAdapterFolder, args: readonly unknown[]) => {
      const [model] = args;
      const adapter = model instanceof Mamba2LM ? addAdapter(model) : model;
      try {
        await withFolder(false, 1)(save as never, args.with(0, adapter));
      } finally {
        if (model instanceof Mamba2LM) model.dispose();
      }
    },
  }),
  requireWritableFolder: of(() => [null], { call: withFolder(false) }),
  saveFolder: of((device) => [smallModel(device), null, "official"], {
    options: 3,
    call: (fn: (...args: readonly unknown[]) => Promise<unknown>, args: readonly unknown[]) =>
      thenDispose(args, () => withFolder(false, 1)(fn, args)),
  }),
  writeFolder: of(() => [null, new Map([["a.txt", Uint8Array.of(1)]])], { options: 2, call: withFolder(false) }),
};
