// The convolution: steps loaded ahead, parts in one dispatch and in one each, and partial sums of many threads compute what one step at a time does.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  baseCaps,
  type Caps,
  type Program,
  projectedConv,
  type ProjectedConvSpec,
  requestRunner,
  type WebGPURunner,
} from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await requestRunner({ software: true, poison: true });
});
afterAll(() => runner.destroy());

function numbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from(
    { length: count },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1,
  );
}

async function run(
  program: Program,
  inputs: Record<string, ArrayBufferView>,
  outputs: Record<string, number>,
): Promise<Record<string, Float32Array>> {
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, data] of Object.entries(inputs))
    runner.write((buffers[name] = runner.createBuffer(data.byteLength)), data);
  for (const [name, size] of Object.entries(outputs)) buffers[name] = runner.createBuffer(size * 4);
  runner.run(program, buffers);
  const results: Record<string, Float32Array> = {};
  for (const [name, size] of Object.entries(outputs))
    results[name] = new Float32Array(await runner.read(buffers[name]!, size * 4));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}

const [batch, length, width] = [2, 21, 4];

test.each([
  ["vectors", { front: 8, parts: [12, 4, 8], rest: 4 }],
  ["single channels", { front: 3, parts: [5, 2, 3], rest: 1 }],
])("%s", async (_, { front, parts, rest }) => {
  const c = parts.reduce((sum, part) => sum + part, 0);
  const pitch = front + c + rest;
  for (const documents of [false, true]) {
    const spec: ProjectedConvSpec = {
      batch,
      length,
      width,
      front,
      parts,
      rest,
      bias: true,
      initialState: true,
      finalState: true,
      seqIdx: documents,
    };
    const given = {
      projected: numbers(batch * length * pitch, 1),
      weight: numbers(c * width, 2),
      bias: numbers(c, 3),
      initialState: numbers(batch * c * (width - 1), 4),
      ...(documents && {
        seqIdx: Int32Array.from({ length: batch * length }, (_, i) => (i % length < 9 ? 0 : i % length < 11 ? -1 : 2)),
      }),
    };
    const own = {
      front: batch * length * front,
      rest: batch * length * rest,
      y0: batch * length * parts[0]!,
      y1: batch * length * parts[1]!,
      y2: batch * length * parts[2]!,
      finalState: batch * c * (width - 1),
    };
    const grads = Object.fromEntries(
      Object.entries(own).map(([name, size], i) => [
        `grad${name[0]!.toUpperCase()}${name.slice(1)}`,
        numbers(size, 10 + i),
      ]),
    );
    const back = {
      gradProjected: batch * length * pitch,
      gradWeight: c * width,
      gradBias: c,
      gradInitialState: batch * c * (width - 1),
    };
    const conv = { forwardSegment: 16, backwardSegment: 32, forwardAhead: 1, backwardAhead: 1 } as const;
    const plain: Caps = { ...baseCaps, maxStorageBuffersPerShaderStage: 10, tuning: { conv } };
    const want = {
      ...(await run(projectedConv.forward(spec, plain), given, own)),
      ...(await run(projectedConv.backward(spec, plain), { ...given, ...grads }, back)),
    };
    for (const ahead of documents ? ([4] as const) : ([2, 8] as const)) {
      const caps: Caps = {
        ...plain,
        tuning: {
          conv: { forwardSegment: 8, backwardSegment: 16, forwardAhead: ahead, backwardAhead: ahead },
          rows: { sumLanes: ahead === 8 ? 64 : 16 },
        },
      };
      const got = {
        ...(await run(projectedConv.forward(spec, caps), given, own)),
        ...(await run(projectedConv.backward(spec, caps), { ...given, ...grads }, back)),
      };
      for (const name in want) {
        got[name]!.forEach((x, i) => {
          if (!(Math.abs(x - want[name]![i]!) <= 2e-5))
            expect.fail(`${ahead} ahead, ${name}[${i}]: got ${x}, want ${want[name]![i]}`);
        });
      }
    }
  }
});

test("parts share a dispatch where its bindings fit", () => {
  const spec: ProjectedConvSpec = { batch, length, width, front: 0, parts: [4, 4, 4], rest: 0, bias: true };
  const count = (options: Partial<ProjectedConvSpec>, most: number): number =>
    projectedConv
      .backward({ ...spec, ...options }, { ...baseCaps, maxStorageBuffersPerShaderStage: most })
      .dispatches.filter(({ kernel }) => kernel.name === "causal_conv1d_backward").length;
  expect(count({}, 8)).toBe(1);
  expect(count({ seqIdx: true }, 8)).toBe(2);
  expect(count({ seqIdx: true }, 10)).toBe(1);
  expect(count({ seqIdx: true, initialState: true, finalState: true }, 10)).toBe(3);
});
