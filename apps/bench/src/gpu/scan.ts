// Part "scan": the scan with subgroup matrices. First its outputs and gradients against f64 on the host, beside those in f32; then what it takes, whole and kernel by kernel.
import { ssd as kernels, ssdBackward, type SsdChoice, type SsdSpec } from "@x/kernels-wgsl";
import { ssd } from "@x/nn";
import { cpuDevice, type Shape, type Tensor, tensor, vjp } from "@x/tensor/core";
import { difference } from "@x/testing";
import { addDispatches, patternAt, type Session, timeOverPattern } from "./session.ts";

/**
 * Largest rms(got − want) / rms(want). Rounding a number to f16 errs by 2⁻¹¹/√3 ≈ 2.8e-4 of it at most on average; a result passes at most three such roundings of pairs in a row
 * (into states, out of them, into a gradient), which add up to about 1e-3. The gradients of dt and A sum products of both signs and lose more.
 */
const tolerances: Readonly<Record<string, number>> = { gradDt: 4e-3, gradA: 4e-3, gradDtBias: 4e-3 };
const tolerance = 2e-3;

/** Ways to cut products: steps of the summed index at a time, and threads. */
const cuts = [
  [32, 128],
  [32, 256],
] as const;

interface Case {
  readonly name: string;
  readonly shape: SsdSpec;
  /** what gradients arrive times */
  readonly gradScale: number;
}

const base: SsdSpec = { b: 1, l: 256, h: 8, p: 64, g: 1, n: 128, dtSoftplus: true, dtBias: true, D: "head" };
const cases: readonly Case[] = [
  { name: "whole tiles", shape: base, gradScale: 1 },
  {
    name: "edges, groups, gate, documents, states",
    shape: { ...base, b: 2, l: 100, h: 4, p: 36, g: 2, n: 20, D: "channel", z: true, seqIdx: true, initialState: true },
    gradScale: 1,
  },
  { name: "several tiles", shape: { ...base, l: 130, h: 3, p: 72, n: 68 }, gradScale: 1 },
  { name: "gradients of a mean over 4096 tokens, scaled by 65536", shape: base, gradScale: 2 ** 16 * 1e-6 },
];

/** Tensors that go in, with their shapes. */
function given(
  { b, l, h, p, g, n, D, z, dtBias, initialState, seqIdx }: SsdSpec,
  gradScale: number,
): Record<string, { readonly shape: Shape; readonly values: Float32Array | Int32Array }> {
  let salt = 0;
  const drawn = (shape: Shape, scale = 1, shift = 0): { shape: Shape; values: Float32Array } => {
    const start = 7919 * ++salt;
    return {
      shape,
      values: Float32Array.from(
        { length: shape.reduce((a, c) => a * c, 1) },
        (_, i) => scale * patternAt(start + i) + shift,
      ),
    };
  };
  return {
    x: drawn([b, l, h, p]),
    dt: drawn([b, l, h], 1, -2),
    A: drawn([h], 1, -1.1),
    B: drawn([b, l, g, n]),
    C: drawn([b, l, g, n]),
    gradY: drawn([b, l, h, p], gradScale),
    ...(D ? { D: drawn(D === "head" ? [h] : [h, p]) } : {}),
    ...(z ? { z: drawn([b, l, h, p], 2) } : {}),
    ...(dtBias ? { dtBias: drawn([h], 0.5, -0.5) } : {}),
    ...(initialState ? { initialState: drawn([b, h, p, n]) } : {}),
    ...(seqIdx
      ? { seqIdx: { shape: [b, l], values: Int32Array.from({ length: b * l }, (_, i) => Math.floor((i % l) / 37)) } }
      : {}),
  };
}

const gradientName = (input: string): string => `grad${input[0]!.toUpperCase()}${input.slice(1)}`;

/** y and the gradients of Σ gradY·y, in f64. */
async function reference(shape: SsdSpec, inputs: ReturnType<typeof given>): Promise<Record<string, ArrayLike<number>>> {
  const device = cpuDevice();
  const on: Record<string, Tensor> = {};
  for (const [name, { shape: dims, values }] of Object.entries(inputs)) {
    on[name] = tensor(values instanceof Int32Array ? values : Float64Array.from(values), { shape: dims, device });
  }
  const { x, dt, A, B, C, gradY, seqIdx, ...rest } = on;
  const wanted = { x, dt, A, B, C, ...rest } as Record<string, Tensor>;
  const { value, grads } = vjp(
    () => [ssd(x!, dt!, A!, B!, C!, { ...rest, seqIdx, dtSoftplus: shape.dtSoftplus ?? false }).y],
    Object.values(wanted),
    [gradY!],
  );
  const results: Record<string, ArrayLike<number>> = { y: await value[0]!.data() };
  for (const [i, name] of Object.keys(wanted).entries()) results[gradientName(name)] = await grads[i]!.data();
  for (const made of [...Object.values(on), ...value, ...grads]) made.dispose();
  return results;
}

async function onDevice(
  { device: { runner } }: Session,
  shape: SsdSpec,
  inputs: ReturnType<typeof given>,
  names: readonly string[],
  sizes: readonly number[],
  choice: SsdChoice,
): Promise<Record<string, Float32Array>> {
  const buffers: Record<string, GPUBuffer> = {
    finalState: runner.createBuffer(4 * shape.b * shape.h * shape.p * shape.n),
  };
  for (const [name, { values }] of Object.entries(inputs))
    runner.write((buffers[name] = runner.createBuffer(values.byteLength)), values);
  for (const [i, name] of names.entries())
    runner.write((buffers[name] = runner.createBuffer(4 * sizes[i]!)), new Float32Array(sizes[i]!).fill(NaN));
  runner.run(kernels.program(shape, runner.caps, choice), buffers);
  runner.run(ssdBackward.program(shape, runner.caps, choice), buffers);
  const results: Record<string, Float32Array> = {};
  for (const [i, name] of names.entries())
    results[name] = new Float32Array(await runner.read(buffers[name]!, 4 * sizes[i]!));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}

async function checkScans(session: Session): Promise<void> {
  const part = session.report.part("scan");
  for (const { name, shape, gradScale } of cases) {
    const inputs = given(shape, gradScale);
    const want = await reference(shape, inputs);
    const names = Object.keys(want);
    const sizes = names.map((each) => want[each]!.length);
    for (const precision of ["f32", "f16"] as const) {
      for (const [depth, threads] of precision === "f32" ? [cuts[0]!] : cuts) {
        const choice: SsdChoice = {
          precision,
          matrix: { depth, threads, targetWorkgroups: 512, walks: 1, halfStates: true },
        };
        const [got, again] = [
          await onDevice(session, shape, inputs, names, sizes, choice),
          await onDevice(session, shape, inputs, names, sizes, choice),
        ];
        const ratios = names.map((each) => difference(got[each]!, want[each]!).ratio);
        const label = `scan ${name}, ${precision}${precision === "f16" ? `, ${depth} at a time, ${threads} threads` : ""}`;
        const shown = names.map((each, i) => `${each} ${ratios[i]!.toExponential(1)}`).join(", ");
        part.add(label, Math.max(...ratios), "rms ratio", shown);
        for (const [i, each] of names.entries()) {
          const most = precision === "f32" ? 1e-4 : (tolerances[each] ?? tolerance);
          const [ratio, twice] = [ratios[i]!, again[each]!];
          part.check(ratio <= most, `${label}: ${each} must agree with f64 within ${most} (rms ratio); got ${ratio}.`);
          const isSame = got[each]!.every((value, at) => Object.is(value, twice[at]));
          part.check(isSame, `${label}: ${each} must have the same bits on two runs.`);
        }
      }
    }
  }
}

async function raceScans({ device, report, scale }: Session): Promise<void> {
  const part = report.part("scan");
  const { caps } = device.runner;
  const shape: SsdSpec = scale === "tiny" ? { ...base, l: 64, h: 2 } : { ...base, b: 8, l: 512, h: 24 };
  const floats = shape.b * shape.l * shape.h * shape.p;
  const row = async (name: string, choice: SsdChoice, backwardOnly = false): Promise<void> => {
    const [forward, backward] = [kernels.program(shape, caps, choice), ssdBackward.program(shape, caps, choice)];
    if (!backwardOnly) part.add(`${name} · forward`, await timeOverPattern(device, forward, floats), "ms");
    part.add(`${name} · backward`, await timeOverPattern(device, backward, floats), "ms");
  };
  await row("f32", { precision: "f32" });
  for (const [depth, threads] of cuts)
    await row(`f16, ${depth} at a time, ${threads} threads`, {
      precision: "f16",
      matrix: { depth, threads, targetWorkgroups: 128, walks: 1, halfStates: true },
    });
  await row("f16, chunks at once", {
    precision: "f16",
    matrix: { depth: 32, threads: 256, targetWorkgroups: 128, walks: Infinity, halfStates: true },
  });
  for (const headsPerBlock of scale === "tiny" ? [2] : [3, 4, 6, 8, 12, 24])
    await row(`f16, ${headsPerBlock} heads a block`, { precision: "f16", headsPerBlock }, true);
  await row("f32 again", { precision: "f32" });
  for (const precision of ["f32", "f16"] as const) {
    await addDispatches(device, part, `${precision} forward`, kernels.program(shape, caps, { precision }), floats);
    await addDispatches(device, part, `${precision} backward`, ssdBackward.program(shape, caps, { precision }), floats);
  }
}

export async function measureScans(session: Session): Promise<void> {
  await checkScans(session);
  session.report.save();
  await raceScans(session);
}
