// The peers of the page: those that the build found installed (npm run bench:build -- --peers), and of the others that they are not there.
import type { WebGPUDevice } from "@x/tensor/core";
import { messageOf } from "../core/run.ts";
import { peerModules, peerVersions } from "virtual:peers";
import { jaxPeer } from "./jax.ts";
import { ortPeer } from "./ort.ts";
import type { Peer, PeerSlot } from "./peer.ts";
import { tfjsGpuPeer } from "./tfjs.ts";

const makers: Readonly<Record<string, (module: unknown) => Promise<Peer> | Peer>> = {
  "jax-js": (module) => jaxPeer(module, peerVersions["jax-js"]!, "webgpu"),
  tfjs: (module) => {
    const { core, backend } = module as { core: unknown; backend: unknown };
    return tfjsGpuPeer(core, backend, peerVersions["tfjs"]!, navigator.gpu);
  },
  "onnxruntime-web": (module) => ortPeer(module, peerVersions["onnxruntime-web"]!, "webgpu"),
};

/** All peers, or why one is missing. */
export async function bundledPeers(_device: WebGPUDevice): Promise<PeerSlot[]> {
  const slots: PeerSlot[] = [];
  for (const [name, make] of Object.entries(makers)) {
    const load = peerModules[name];
    if (!load) {
      slots.push({ name, why: "not in this build; npm run bench:peers, then npm run bench:build -- --peers" });
      continue;
    }
    try {
      slots.push({ name: `${name} ${peerVersions[name]}`, peer: await make(await load()) });
    } catch (error) {
      slots.push({ name, why: `does not load: ${messageOf(error)}` });
    }
  }
  return slots;
}
