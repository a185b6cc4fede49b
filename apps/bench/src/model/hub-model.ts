// A model by its name on the hub, in the worker; loaded when somebody asks for one.
import { type FileReader, type LoadOptions, Mamba2LM } from "@x/mamba2";
import { openRepository, pageCache } from "@x/mamba2/hub";
import type { Reply } from "./protocol.ts";

/** Another hub's address, by `?endpoint=` */
const endpoint = new URLSearchParams(location.search).get("endpoint");

/** The model, and a reader of its files. What is downloaded stays in the browser. */
export async function loadNamed(
  name: string,
  where: LoadOptions,
  signal: AbortSignal,
  tell: (reply: Reply) => void,
): Promise<{ readonly model: Mamba2LM; readonly read: FileReader }> {
  let toldMs = 0;
  const options = {
    signal,
    ...(endpoint !== null && { endpoint }),
    onProgress: ({ loadedBytes, totalBytes }: { readonly loadedBytes: number; readonly totalBytes: number }) => {
      if (performance.now() - toldMs < 100) return;
      toldMs = performance.now();
      tell({ type: "downloading", loadedBytes, totalBytes });
    },
  };
  const model = await Mamba2LM.fromPretrained(name, { ...where, ...options });
  return { model, read: await openRepository(name, options) };
}

/** Forgets what was downloaded. */
export async function forgetDownloads(): Promise<void> {
  await (await pageCache())?.clear();
}
