// What page-cache.node-gpu.test.ts runs in a page.
import { Mamba2LM } from "@x/mamba2";
import { cpuDevice } from "@x/tensor";

export { pageCache } from "@x/mamba2/hub";

/** The logits of a hub's model of that name. */
export async function logitsOf(endpoint: string, ids: readonly number[]): Promise<number[]> {
  const model = await Mamba2LM.fromPretrained("owner/model", { endpoint, device: cpuDevice() });
  try {
    return [...(await model.forward(ids).data())];
  } finally {
    model.dispose();
  }
}
