// The roofs of the CPU device: how fast a core copies, and how fast it multiplies and adds in the WebAssembly that our kernels are made of.
import { createWasmRunner, defineWasmKernel, wasmCall, wasmProgram, wasmSupport } from "@x/kernels-wasm";
import { cpuDevice } from "@x/tensor/core";
import { type MeasureOptions, timeAlone, timedCalls } from "./timing.ts";

/** What a device can do at most, as far as we can make it. */
export interface Roofs {
  /** bytes read and written per second, in GB/s */
  readonly copyGBs: number;
  /** GFLOP/s of independent multiply-adds in registers */
  readonly fmaF32: number;
  /** absent: no shader-f16 */
  readonly fmaF16?: number;
  /** µs per dispatch of a kernel that does next to nothing, many in one pass */
  readonly dispatchUs: number;
}

const rounds = 100_000;
/** Eight independent chains of vectors: enough to hide the latency of a multiply-add, few enough for the registers. */
const chains = Array.from({ length: 8 }, (_, i) => `s${i}`);

const fmaKernel = defineWasmKernel({
  name: "roof_fma",
  params: { y: "ptr", n: "u32" },
  body: () => `
  let factor = vec4f(0.5);
  let term = vec4f(1.0);
  ${chains.map((name, i) => `var ${name} = vec4f(${i}.0);`).join("\n  ")}
  for (var i = 0; i < n; i += 1) {
    ${chains.map((name) => `${name} = fma(${name}, factor, term);`).join("\n    ")}
  }
  store4(y, ${chains.join(" + ")});`,
});

/** Measures them; without SIMD, the multiply-adds are those of a plain loop. */
export async function cpuRoofs(options: MeasureOptions): Promise<Roofs> {
  const source = new Float32Array(2 ** 24).fill(1);
  const target = new Float32Array(source.length);
  const copyNs = await best(() => target.set(source), options);
  return {
    copyGBs: (2 * source.byteLength) / copyNs,
    fmaF32: wasmSupport().simd ? await vectorRate(options) : await scalarRate(options),
    dispatchUs: 0,
  };
}

async function best(call: () => void, options: MeasureOptions): Promise<number> {
  const timed = timedCalls(cpuDevice(), call);
  return (await timeAlone(cpuDevice(), timed, { sampleMs: 10, samples: 7, budgetMs: 1000, ...options })).min;
}

async function vectorRate(options: MeasureOptions): Promise<number> {
  const runner = createWasmRunner();
  const y = runner.heap.allocate(16);
  const run = runner.prepare(wasmProgram([wasmCall(fmaKernel, undefined, { y: "y", n: rounds })]));
  return (rounds * chains.length * 4 * 2) / (await best(() => run({ y }), options));
}

async function scalarRate(options: MeasureOptions): Promise<number> {
  let sink = 0;
  const ns = await best(() => {
    let [a, b, c, d] = [sink, 1, 2, 3];
    for (let i = 0; i < rounds; i++) {
      a = a * 0.5 + 1;
      b = b * 0.5 + 1;
      c = c * 0.5 + 1;
      d = d * 0.5 + 1;
    }
    sink = (a + b + c + d) * 1e-9;
  }, options);
  return (rounds * 8) / ns;
}
