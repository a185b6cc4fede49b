// npm run bench:threads [-- THREADS]: products, the scan and a training step of npm start's model on one thread and on several (default 2), by turns in one process;
// least and median times. Only a machine with nothing else to do shows what threads give.
import {
  createWasmRunner,
  elementwiseWasm,
  gemm,
  ssdBackwardWasm,
  ssdForwardWasm,
  type WasmProgram,
  type WasmRunner,
} from "@x/kernels-wasm";
import { Mamba2LM, preset, train } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";

const threads = Number(process.argv[2] ?? 2);
const rounds = 25;
const scan = { b: 1, l: 1024, h: 24, p: 64, g: 1, n: 128, dtSoftplus: true };
const programs: Readonly<Record<string, WasmProgram>> = {
  "product 512": gemm.program({ m: 512, n: 512, k: 512 }),
  "product 1024": gemm.program({ m: 1024, n: 1024, k: 1024 }),
  "scan 1024": ssdForwardWasm.program(scan),
  "its gradient": ssdBackwardWasm.program({ ...scan, gradFinalState: false }),
  "x·silu(z), 1.57 M": elementwiseWasm.program({
    shape: [1_572_864],
    inputs: { x: {}, z: {} },
    result: "x * silu(z)",
  })!,
};

/** Runs a program once and gives the milliseconds; every buffer is large enough for any of them. */
function timer(runner: WasmRunner, { temps, calls }: WasmProgram): () => number {
  const arguments_ = calls
    .flatMap(({ args }) => Object.values(args))
    .map((arg) => (typeof arg === "object" ? arg.buffer : arg));
  const names = new Set(arguments_.filter((arg): arg is string => typeof arg === "string" && !(arg in temps)));
  const addresses = Object.fromEntries(
    [...names].map((name) => [name, runner.upload(new Float32Array(2 ** 21).fill(name === "A" ? -0.5 : 0.1))]),
  );
  const run = runner.prepare({ temps, calls });
  return () => {
    const start = performance.now();
    run(addresses);
    return performance.now() - start;
  };
}

function print(name: string, times: readonly (readonly [number, number])[]): void {
  const columns = [0, 1].map((at) => times.map((pair) => pair[at]!).toSorted((a, b) => a - b));
  const [least, middle] = [columns.map((column) => column[0]!), columns.map((column) => column[column.length >> 1]!)];
  const text = ([one, several]: readonly number[]): string =>
    `${one!.toFixed(2)} → ${several!.toFixed(2)} ms (${(one! / several!).toFixed(2)}×)`;
  console.log(`${name.padEnd(18)} least ${text(least)}, median ${text(middle)}`);
}

console.log(`1 → ${threads} threads; load average ${loadavg()[0]!.toFixed(1)}`);
const runners = [createWasmRunner(), createWasmRunner({ threads })] as const;
await runners[1].startThreads();
for (const [name, program] of Object.entries(programs)) {
  const [one, several] = [timer(runners[0], program), timer(runners[1], program)];
  print(
    name,
    Array.from({ length: rounds }, () => [one(), several()] as const),
  );
}
for (const runner of runners) runner.dispose();

const text = readFileSync(new URL(import.meta.url), "utf8").repeat(8);
const devices = [1, threads].map((count) => createCpuDevice({ threads: count }));
const runs = devices.map((device) =>
  train(new Mamba2LM(preset("tiny"), { seed: 1, device }), { text, steps: 12, batch: 4, seed: 1 })[
    Symbol.asyncIterator
  ](),
);
const step = async (at: number): Promise<number> => {
  const start = performance.now();
  await runs[at]!.next();
  return performance.now() - start;
};
const times: [number, number][] = [];
for (let i = 0; i < 10; i++) times.push([await step(0), await step(1)]);
print("a training step", times.slice(2));
for (const device of devices) device.dispose();
