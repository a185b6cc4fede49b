// The convolution: steps loaded ahead and partial sums of many threads compute what one step at a time does.
import type { CausalConv1dSpec } from "@x/base";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baseCaps, type Caps, causalConv1d, type Program, createRunner, type WebGPURunner } from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
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
  ["vectors", 24],
  ["single channels", 10],
])("%s", async (_, channels) => {
  for (const documents of [false, true]) {
    const spec: CausalConv1dSpec = {
      batch,
      length,
      channels,
      width,
      bias: true,
      initialState: true,
      finalState: true,
      seqIdx: documents,
    };
    const size = batch * length * channels;
    const stateSize = batch * channels * (width - 1);
    const given = {
      x: numbers(size, 1),
      weight: numbers(channels * width, 2),
      bias: numbers(channels, 3),
      initialState: numbers(stateSize, 4),
      ...(documents && {
        seqIdx: Int32Array.from({ length: batch * length }, (_, i) => (i % length < 9 ? 0 : i % length < 11 ? -1 : 2)),
      }),
    };
    const own = { y: size, finalState: stateSize };
    const grads = { gradY: numbers(size, 10), gradFinalState: numbers(stateSize, 11) };
    const back = { gradX: size, gradWeight: channels * width, gradBias: channels, gradInitialState: stateSize };
    const conv = { forwardSegment: 16, backwardSegment: 32, forwardAhead: 1, backwardAhead: 1 } as const;
    const plain: Caps = { ...baseCaps, maxStorageBuffersPerShaderStage: 10, tuning: { conv } };
    const want = {
      ...(await run(causalConv1d.forward(spec, plain), given, own)),
      ...(await run(causalConv1d.backward(spec, plain), { ...given, ...grads }, back)),
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
        ...(await run(causalConv1d.forward(spec, caps), given, own)),
        ...(await run(causalConv1d.backward(spec, caps), { ...given, ...grads }, back)),
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
