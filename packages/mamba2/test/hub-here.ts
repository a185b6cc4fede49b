// A hub that the library and the processes of a test find by their environment.
import { join } from "node:path";
import { type HubServer, type ServedRepository, startHub } from "@x/testing/hub-server";

/** Starts it. @param place where caches are kept, beside the hub's own files */
export async function hubHere(
  place: string,
  repositories: Readonly<Record<string, ServedRepository>>,
): Promise<HubServer> {
  const hub = await startHub(repositories);
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(place, "cache") });
  const { close } = hub;
  return Object.assign(hub, {
    async close() {
      delete process.env["HF_ENDPOINT"];
      delete process.env["HF_HUB_CACHE"];
      await close.call(hub);
    },
  });
}
