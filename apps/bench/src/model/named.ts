// A model by its name on the hub, in the worker; loaded when somebody asks for one.
import { type FileReader, Mamba2LM } from "@x/mamba2";
import { openRepository } from "@x/mamba2/hub";
import type { Device } from "@x/tensor/core";
import type { Reply } from "./protocol.ts";

/** The model, and a reader of its files. What is downloaded stays in the browser. */
export async function loadNamed(
  name: string,
  device: Device,
  signal: AbortSignal,
  tell: (reply: Reply) => void,
): Promise<{ readonly model: Mamba2LM; readonly read: FileReader }> {
  let toldMs = 0;
  const options = {
    signal,
    onProgress: ({ loadedBytes, totalBytes }: { readonly loadedBytes: number; readonly totalBytes: number }) => {
      if (performance.now() - toldMs < 100) return;
      toldMs = performance.now();
      tell({ type: "downloading", loadedBytes, totalBytes });
    },
  };
  const model = await Mamba2LM.fromPretrained(name, { device, ...options });
  return { model, read: await openRepository(name, options) };
}
