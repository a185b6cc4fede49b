// npm run measure:load -- [--mib 3072] [--dtype bf16] [--quantize 4]: loads a model of zeros of so many MiB (bf16) by its name, from a hub in another process that makes the bytes as they are
// asked for, kept nowhere, and says how much host memory that takes beside the model. A tiny model is loaded before, so that code is there and not counted. The last line is JSON.
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Mamba2LM, parameterShapes } from "@x/mamba2";
import { createCpuDevice, sizeOf } from "@x/tensor";
import { startHub } from "./hub-server.ts";
import { configOf, filesOf, tiny } from "./zero-model.ts";

const MIB = 2 ** 20;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { mib: { type: "string" }, dtype: { type: "string" }, quantize: { type: "string" } },
});
const bytes = Number(values.mib ?? 3072) * MIB;

if (process.send) {
  const hub = await startHub({
    "zeros/model": { revisions: { main: filesOf(configOf(bytes)) } },
    "zeros/tiny": { revisions: { main: filesOf(tiny) } },
  });
  process.send(hub.endpoint);
} else {
  const server = fork(process.argv[1]!, process.argv.slice(2));
  const endpoint = await new Promise<string>((resolve, reject) => {
    server.on("message", (text) => resolve(String(text)));
    server.on("exit", () => reject(new Error("measure-load: the hub must start; its process ended.")));
  });
  const device = createCpuDevice({ wasm: false }); // its memory is that of the tensors, nothing kept beside them
  const load = (name: string): Promise<Mamba2LM> =>
    Mamba2LM.fromPretrained(name, {
      endpoint,
      cache: false,
      device,
      ...(values.dtype !== undefined && { dtype: values.dtype as "bf16" }),
      ...(values.quantize !== undefined && { quantize: { bits: values.quantize === "4" ? 4 : 8 } }),
    });
  (await load("zeros/tiny")).dispose();
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  let peak = 0;
  const look = (): void => void (peak = Math.max(peak, process.memoryUsage().rss));
  const before = process.memoryUsage().rss;
  const timer = setInterval(look, 5);
  const began = performance.now();
  const model = await load("zeros/model");
  look();
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  const largest = Math.max(...[...parameterShapes(model.config).values()].map((shape) => 2 * sizeOf(shape)));
  const beside = peak - before - device.memory.usedBytes;
  const mib = (count: number): number => Math.round(count / MIB);
  console.log(
    JSON.stringify({
      fileMiB: mib(bytes),
      deviceMiB: mib(device.memory.usedBytes),
      largestTensorMiB: mib(largest),
      peakRssMiB: mib(peak),
      besideModelMiB: mib(beside),
      allowedMiB: mib(largest + 64 * MIB),
      seconds: Math.round(seconds * 10) / 10,
    }),
  );
  model.dispose();
  server.kill();
  process.exitCode = beside <= largest + 64 * MIB ? 0 : 1;
}
