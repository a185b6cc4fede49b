// The scan's programs in plans that small cases on one adapter do not reach: both chunk lengths, several tiles, slices of the batch, blocks of heads,
// devices with few bindings. Against the CPU loops, on poisoned buffers.
import {
  type Caps,
  type Program,
  createRunner,
  ssd,
  ssdBackward,
  type SsdChoice,
  type SsdSpec,
  ssdStep,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { type HostTensor, hostNormal, hostUniform, type Primitive } from "@x/tensor";
import { unlessFull } from "@x/testing/is-full";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ssdBackwardPrimitive, ssdPrimitive, ssdStepPrimitive } from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

type Tensors = Record<string, HostTensor>;
const params = { chunkSize: 64, dtSoftplus: true, dtLimit: [0, 0.9] as const };

function scanInputs({ b, l, h, p, g, n, D, z, dtBias, initialState, seqIdx }: SsdSpec, decay: number = 1): Tensors {
  const made: Tensors = {};
  const normal = (name: string, shape: readonly number[], mean = 0, scale = 1): void => {
    const data = hostNormal(
      { seed: 7, stream: Object.keys(made).length },
      shape.reduce((size, dim) => size * dim, 1),
    ).map((value) => mean + scale * value);
    made[name] = { shape, dtype: "f32", data };
  };
  normal("x", [b, l, h, p]);
  normal("dt", [b, l, h], -1);
  made["A"] = {
    shape: [h],
    dtype: "f32",
    data: hostUniform({ seed: 7, stream: 99 }, h).map((value) => -decay * (0.1 + 2 * value)),
  };
  normal("B", [b, l, g, n]);
  normal("C", [b, l, g, n]);
  normal("gradY", [b, l, h, p]);
  normal("gradFinalState", [b, h, p, n]);
  if (D) normal("D", D === "head" ? [h] : [h, p]);
  if (z) normal("z", [b, l, h, p]);
  if (dtBias) normal("dtBias", [h], -0.5, 0.3);
  if (initialState) normal("initialState", [b, h, p, n]);
  if (seqIdx) {
    // Documents of 1 to 50 tokens; the first of the even rows is document 0.
    const data = new Int32Array(b * l);
    for (let row = 0; row < b; row++)
      for (let t = 0, id = row % 2, left = 7 + row; t < l; t++, left--) {
        if (left === 0) [id, left] = [id + 1, 1 + ((t * 17) % 50)];
        data[row * l + t] = id;
      }
    made["seqIdx"] = { shape: [b, l], dtype: "i32", data };
  }
  return made;
}

/** rms(got − want)/rms(want) of every output of `primitive`: its program on the GPU against its loops. */
async function ratios(
  primitive: Primitive,
  program: Program,
  inputs: Tensors,
  parameters: unknown,
): Promise<Record<string, number>> {
  const names = [...primitive.inputs, ...(primitive.optional ?? [])].filter((name) => inputs[name]);
  const given = Object.fromEntries(names.map((name): [string, HostTensor] => [name, inputs[name]!]));
  const want: Tensors = {};
  for (const [name, spec] of Object.entries(primitive.infer(given, parameters))) {
    want[name] = { ...spec!, data: new Float32Array(spec!.shape.reduce((size, dim) => size * dim, 1)) };
  }
  primitive.cpu!(given, want, parameters);
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, { data }] of Object.entries({ ...given, ...want }))
    buffers[name] = runner.createBuffer(data.byteLength);
  for (const name of names) runner.write(buffers[name]!, given[name]!.data);
  runner.run(program, buffers);
  const found: Record<string, number> = {};
  for (const [name, { data }] of Object.entries(want)) {
    const got = new Float32Array(await runner.read(buffers[name]!, data.byteLength));
    let [error, scale] = [0, 0];
    for (let i = 0; i < data.length; i++) {
      error += (got[i]! - data[i]!) ** 2;
      scale += data[i]! ** 2;
    }
    found[name] = Math.sqrt(error / scale);
  }
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return found;
}

function expectAll(found: Record<string, number>, limit: number): void {
  for (const [name, ratio] of Object.entries(found)) expect(ratio, name).toBeLessThan(limit);
}

const everything = {
  D: "channel",
  z: true,
  dtBias: true,
  initialState: true,
  seqIdx: true,
  dtSoftplus: true,
  dtLimit: [0, 0.9],
} as const;
const plans: readonly {
  readonly name: string;
  readonly shape: SsdSpec;
  readonly choice: SsdChoice;
  readonly caps?: Partial<Caps>;
  readonly decay?: number;
  readonly gradientLimit?: number;
}[] = [
  {
    name: "chunks of 64",
    shape: { b: 2, l: 130, h: 4, p: 8, g: 2, n: 12, ...everything },
    choice: { chunkLength: 64 },
  },
  {
    name: "several tiles of 64",
    shape: { b: 1, l: 65, h: 2, p: 66, g: 1, n: 70, ...everything },
    choice: { chunkLength: 64 },
  },
  {
    name: "several tiles of 32",
    shape: { b: 1, l: 70, h: 2, p: 35, g: 1, n: 65, ...everything },
    choice: { chunkLength: 32 },
  },
  {
    name: "slices of one and blocks of two heads",
    shape: { b: 3, l: 70, h: 10, p: 6, g: 2, n: 8, ...everything },
    choice: { chunkLength: 32, headsPerBlock: 2 },
    caps: { maxStorageBufferBindingSize: 16 * 32 * 3 * 10 },
  },
  {
    name: "all heads of a group at once",
    shape: { b: 2, l: 40, h: 6, p: 4, g: 2, n: 4, ...everything },
    choice: { chunkLength: 32, headsPerBlock: 3 },
  },
  {
    name: "decays that leave nothing",
    shape: { b: 1, l: 40, h: 2, p: 4, g: 1, n: 4, ...everything },
    choice: { chunkLength: 32 },
    decay: 200,
    gradientLimit: 1e-4, // the relative error of e^cs grows with |cs|
  },
  {
    name: "tiles of 64, rows of eights",
    shape: { b: 1, l: 130, h: 3, p: 24, g: 1, n: 72, ...everything },
    choice: { chunkLength: 64 },
  },
];

/** By default not those whose kernels and edges the others have too, apart from their sizes. */
const chosen = unlessFull(
  plans,
  ({ name }) => name !== "several tiles of 64" && name !== "tiles of 64, rows of eights",
);

describe.each(chosen)("$name", ({ shape, choice, caps, decay, gradientLimit = 1e-5 }) => {
  const all = (): Caps => ({ ...runner.caps, ...caps });
  test("forward", async () =>
    expectAll(
      await ratios(ssdPrimitive as Primitive, ssd.program(shape, all(), choice), scanInputs(shape, decay), params),
      2e-6,
    ));
  test("backward", async () => {
    const program = ssdBackward.program({ ...shape, gradFinalState: true }, all(), choice);
    expectAll(
      await ratios(ssdBackwardPrimitive as Primitive, program, scanInputs(shape, decay), params),
      gradientLimit,
    );
  });
  test("where decays end in the middle of a chunk, by rates up to −∞", async () => {
    const inputs = scanInputs(shape);
    inputs["A"] = {
      ...inputs["A"]!,
      data: Float32Array.from({ length: shape.h }, (_, head) => [-300, -1e30, -0.5, -Infinity, -3e38][head % 5]!),
    };
    expectAll(await ratios(ssdPrimitive as Primitive, ssd.program(shape, all(), choice), inputs, params), 2e-5);
    expectAll(
      await ratios(
        ssdBackwardPrimitive as Primitive,
        ssdBackward.program({ ...shape, gradFinalState: true }, all(), choice),
        inputs,
        params,
      ),
      2e-4,
    );
  });
});

test("the program of slices has as many rounds as slices", () => {
  const { shape, choice, caps } = plans[3]!;
  const whole = ssd.program(shape, runner.caps, choice).dispatches.length;
  expect(ssd.program(shape, { ...runner.caps, ...caps }, choice).dispatches.length).toBe(3 * whole);
});

test("a sequence that exceeds the device is refused, with the numbers", () => {
  const { shape } = plans[0]!;
  expect(() => ssd.program({ ...shape, l: 1 << 22 }, { ...runner.caps, maxStorageBufferBindingSize: 1 << 27 })).toThrow(
    /maxStorageBufferBindingSize.*4194304 tokens/s,
  );
});

describe.each([
  ["dt prepared", 16, 2],
  ["dt prepared, gate apart", 8, 3],
] as const)("a step in %s", (_, bindings, dispatches) => {
  test.each(["software", "unknown"] as const)("%s adapter", async (adapter) => {
    const shape = {
      b: 2,
      h: 4,
      p: 5,
      g: 2,
      n: 37,
      D: "head",
      z: true,
      dtBias: true,
      dtSoftplus: true,
      dtLimit: [0, 0.9],
    } as const;
    const scan = scanInputs({ ...shape, l: 1, initialState: true });
    const drop = ({ shape: [b, , ...rest], ...tensor }: HostTensor): HostTensor => ({
      ...tensor,
      shape: [b!, ...rest],
    });
    const inputs = {
      ...scan,
      state: scan["initialState"]!,
      ...Object.fromEntries(["x", "dt", "B", "C", "z"].map((name) => [name, drop(scan[name]!)])),
    };
    const program = ssdStep.program(shape, { ...runner.caps, adapter, maxStorageBuffersPerShaderStage: bindings });
    expect(program.dispatches.length).toBe(dispatches);
    expectAll(await ratios(ssdStepPrimitive as Primitive, program, inputs, params), 2e-6);
  });
});
