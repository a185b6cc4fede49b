// The suite in a worker: checking against the CPU takes its time, and the page stays free.
import { type Device, webgpuDevice, WebGPUDevice, cpuDevice } from "@x/tensor/core";
import { isSlow, runSuite } from "../core/run.ts";
import { slowDeviceWork, suite } from "../core/suite.ts";
import { tuneDevice } from "../core/tuner.ts";
import { brokenModule } from "../fixtures/broken.ts";
import { problemOf } from "./problem.ts";
import { serveRequests } from "./requests.ts";
import type { Reply, Request, RunRequest } from "./protocol.ts";

const say = (reply: Reply): void => postMessage(reply);
const serving = serveRequests<Request>(answer);

async function answer(request: Exclude<Request, { type: "stop" }>): Promise<void> {
  let device: Device | undefined;
  try {
    device =
      request.type === "run" && request.device === "cpu"
        ? cpuDevice()
        : await webgpuDevice({
            software: true,
            powerPreference: "high-performance",
            ...(request.type === "run" && { limits: request.limits }),
          });
    say({ type: "device", description: device.description });
    if (request.type === "tune") {
      const { type: _, ...options } = request;
      const tuning = await tuneDevice(device as WebGPUDevice, {
        ...options,
        version: libraryVersion,
        signal: serving.signal,
        onTried: (event) => say({ type: "tried", event }),
        onRaced: (race) => say({ type: "raced", race }),
      });
      say({ type: "tuned", tuning });
      return;
    }
    await run(request, device);
  } catch (error) {
    say(serving.signal.aborted ? { type: "stopped" } : { type: "problem", problem: problemOf(error) });
  } finally {
    if (device instanceof WebGPUDevice) device.dispose();
  }
}

async function run(request: RunRequest, device: Device): Promise<void> {
  const { filter, sizes, fixture, command, environment, samples } = request;
  const entries = suite({ filter, sizes, mostWork: isSlow(device) ? slowDeviceWork : Infinity });
  if (fixture === "broken") entries.push(...suite({ modules: { fixture: brokenModule } }));
  if (entries.length === 0 && !request.peers)
    throw new Error(`No row has "${filter}" in its name. Clear the filter to see all.`);
  const report = await runSuite(entries, device, {
    command,
    environment,
    signal: serving.signal,
    ...(samples !== undefined && { samples }),
    onProgress(event) {
      say({ type: "progress", event });
      if (fixture === "lost" && event.stage === "row" && device instanceof WebGPUDevice) device.runner.device.destroy();
    },
  });
  say({ type: "report", report });
  if (!request.peers || !(device instanceof WebGPUDevice)) return;
  const { runDuels } = await import("../peers/duels.ts");
  const { bundledPeers } = await import("../peers/bundled.ts");
  const duels = await runDuels(device, await bundledPeers(device), {
    small: isSlow(device),
    filter,
    signal: serving.signal,
    onProgress: (text) => say({ type: "note", text }),
  });
  say({ type: "duels", duels });
}
