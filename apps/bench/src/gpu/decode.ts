// Part "decode": where the time of one greedy token goes: what the host takes to encode it, what the GPU takes to run it, and each kernel.
import { matmul, type MatmulChoice, type MatmulSpec } from "@x/kernels-wgsl";
import { type LayerState, Mamba2LM, preset, type PresetName, State } from "@x/mamba2";
import { sampleTokens, watchModule } from "@x/nn";
import { capture, reshape, type Tensor, tensor } from "@x/tensor/core";
import { quickInit, storages } from "./model.ts";
import { kernelShares, patternBuffers, type Session, timeProgram } from "./session.ts";

interface Decoding {
  readonly model: PresetName;
  readonly storage: string;
  readonly batch: number;
}

const decodings: Readonly<Record<Session["scale"], readonly Decoding[]>> = {
  full: [
    { model: "mamba2-130m", storage: "f32", batch: 1 },
    { model: "mamba2-130m", storage: "bf16", batch: 1 },
    { model: "mamba2-130m", storage: "f32", batch: 32 },
    { model: "mamba2-370m", storage: "bf16", batch: 1 },
  ],
  tiny: [
    { model: "tiny", storage: "f32", batch: 1 },
    { model: "tiny", storage: "f32", batch: 8 },
  ],
};

/** Work that keeps the GPU busy while the host encodes what is timed. @returns its milliseconds, and what runs it */
async function blocker({
  device,
  scale,
}: Session): Promise<{ readonly ms: number; readonly run: () => void } & Disposable> {
  const { runner } = device;
  const size = scale === "full" ? 8192 : 256;
  const repeats = scale === "full" ? 4 : 1;
  const program = matmul.program({ m: size, n: size, k: size, precision: "f32" }, runner.caps);
  const made = patternBuffers(device, { a: size * size, b: size * size, c: size * size });
  const run = (): void => {
    for (let i = 0; i < repeats; i++) runner.run(program, made.buffers);
    runner.flush();
  };
  let ms = Infinity;
  for (let i = 0; i < 6; i++) {
    await device.sync();
    const begin = performance.now();
    run();
    await device.sync();
    ms = Math.min(ms, performance.now() - begin);
  }
  return { ms, run, [Symbol.dispose]: () => made[Symbol.dispose]() };
}

async function measureStep(session: Session, { model: name, storage, batch }: Decoding): Promise<void> {
  const { device, report, scale } = session;
  const part = report.part("decode");
  const { runner } = device;
  const config = preset(name);
  const label = `${name} ${storage}, batch ${batch}`;
  const model = new Mamba2LM(config, { device, init: quickInit, ...storages[storage] });
  const settings = tensor(new Float32Array(8 * batch), { shape: [batch, 8], device });
  const draws = tensor(new Uint32Array(4 * batch), { shape: [batch, 4], device });
  const step = capture(
    (x: Tensor, layers: LayerState[]) => {
      const { logits, layers: after } = model.stepLayers(x, layers);
      const { ids, report } = sampleTokens(
        { logits: reshape(logits, [batch, logits.shape.at(-1)!]), settings, draws },
        { vocabSize: config.vocabSize },
      );
      return { logits, ids, report, layers: after };
    },
    { stamp: watchModule(model) },
  );
  let ids = tensor(new Int32Array(batch).fill(1), { device });
  const start = model.prefill(Array.from({ length: batch }, () => [1, 2, 3]));
  let layers: readonly LayerState[] = start.state.layers;
  const advance = (): void => {
    const next = step(ids, [...layers]);
    for (const held of [next.logits, next.report, ids]) held.dispose();
    new State(layers).dispose();
    ({ ids, layers } = next);
  };
  for (let i = 0; i < 100; i++) advance();
  await device.sync();
  const { dispatches } = runner.stats;
  advance();
  const perToken = runner.stats.dispatches - dispatches;
  const tokens = scale === "full" ? 64 : 4;
  using block = await blocker(session);
  let [host, gpu] = [Infinity, Infinity];
  for (let i = 0; i < 5; i++) {
    await device.sync();
    const begin = performance.now();
    block.run();
    const handed = performance.now();
    for (let t = 0; t < tokens; t++) advance();
    runner.flush();
    host = Math.min(host, (performance.now() - handed) / tokens);
    await device.sync();
    gpu = Math.min(gpu, (performance.now() - begin - block.ms) / tokens);
  }
  part.add(`${label} · host`, host * 1000, "µs", `${perToken} dispatches a token`);
  part.add(`${label} · GPU`, gpu * 1000, "µs", `busy before; ${block.ms.toFixed(1)} ms`);
  for (const { kernel, dispatches, ms } of await kernelShares(device, advance, 10))
    part.add(`${label} · ${kernel}`, ms * 1000, "µs", `${dispatches}×, each between timestamps`);
  new State(layers).dispose();
  for (const held of [ids, start.logits, settings, draws]) held.dispose();
  step.dispose();
  model.dispose();
}

async function measureProducts({ device, report, scale }: Session): Promise<void> {
  const part = report.part("decode");
  const { runner } = device;
  if (scale === "tiny") return;
  const sizes: readonly (readonly [string, number, number, boolean])[] = [
    ["in_proj", 3352, 768, true],
    ["out_proj", 768, 1536, true],
    ["head", 50288, 768, true],
  ];
  const choices: Record<string, MatmulChoice> = {
    default: {},
    ...Object.fromEntries(
      [1, 2, 4, 8].map((columns) => [
        `${columns} columns of a subgroup`,
        { matvecShape: { lanes: 32, outputs: 1, columns, subgroup: true as const } },
      ]),
    ),
    tile: { matvec: false },
  };
  for (const types of ["f32", "bf16"] as const)
    for (const m of [1, 32])
      for (const [name, n, k, transposeB] of sizes)
        for (const [label, choice] of Object.entries(choices)) {
          const spec: MatmulSpec = {
            m,
            n,
            k,
            transposeB,
            types: { b: types },
            ...(matmul.takesNorm({ m, n, k, transposeB }, runner.caps)
              ? { norm: { eps: 1e-5, added: name === "in_proj" } }
              : {}),
            ...(name === "out_proj" ? { residual: true } : {}),
          };
          const program = matmul.program(spec, runner.caps, choice);
          const [left, right, out] = [m * k, n * k, m * n];
          const counts = { a: left, b: right, c: out, residual: out, addend: left, summed: left, normWeight: k };
          using made = patternBuffers(device, counts);
          const { median } = await timeProgram(device, program, made.buffers, 5);
          const rate = (right * (types === "f32" ? 4 : 2)) / median / 1e6;
          part.add(`${name} ${m}×${n}×${k} ${types} · ${label}`, median * 1000, "µs", `${rate.toFixed(0)} GB/s`);
        }
}

/** What the least a dispatch takes after one that it waits for: one workgroup that adds to one number. */
async function measureLeast({ device, report }: Session): Promise<void> {
  const program = matmul.program({ m: 1, n: 32, k: 32, transposeB: true }, device.runner.caps);
  using made = patternBuffers(device, { a: 32, b: 1024, c: 32 });
  const { median } = await timeProgram(device, program, made.buffers, 5);
  report.part("decode").add("least of a dispatch", median * 1000, "µs");
}

export async function measureDecode(session: Session): Promise<void> {
  for (const one of decodings[session.scale]) await measureStep(session, one);
  await measureLeast(session);
  await measureProducts(session);
}
