// Temporaries of a plan share blocks: never two that are alive together, and a block is no larger than its largest value.
import { expect, test } from "vitest";
import { assignBlocks } from "../src/capture/assign-blocks.ts";
import type { Node, Value } from "../src/capture/recording.ts";
import { cpuDevice } from "../src/core.ts";
import { Storage } from "../src/memory/storage.ts";
import type { Primitive } from "../src/primitive.ts";

const valueOf = (size: number): Value => ({
  shape: [size],
  dtype: "f32",
  storage: new Storage(cpuDevice(), 4 * size, null),
  offset: 0,
});
const nodeOf = (inputs: readonly Value[], outputs: readonly Value[]): Node => ({
  primitive: { name: "some" } as Primitive,
  params: {},
  inputs: Object.fromEntries(inputs.map((value, i) => [`x${i}`, value])),
  outputs: Object.fromEntries(outputs.map((value, i) => [`y${i}`, value])),
});

/** First and last use, and the most that is alive at one time. */
function livesOf(nodes: readonly Node[]): { lives: Map<Storage, [number, number]>; most: number } {
  const lives = new Map<Storage, [number, number]>();
  nodes.forEach(({ inputs, outputs }, at) => {
    for (const { storage } of [...Object.values(outputs), ...Object.values(inputs)])
      lives.set(storage, [lives.get(storage)?.[0] ?? at, at]);
  });
  const alive = nodes.map((_, at) =>
    [...lives].reduce((sum, [{ sizeBytes }, [from, to]]) => (from <= at && at <= to ? sum + sizeBytes : sum), 0),
  );
  return { lives, most: Math.max(...alive) };
}

function checkBlocks(nodes: readonly Node[]): number {
  const { lives, most } = livesOf(nodes);
  const { slots, blockBytes } = assignBlocks(nodes, () => false);
  expect(new Set(slots.keys())).toEqual(new Set(lives.keys()));
  for (const [a, slot] of slots) {
    expect(blockBytes[slot]).toBeGreaterThanOrEqual(a.sizeBytes);
    for (const [b, other] of slots) {
      if (a === b || slot !== other) continue;
      const [[aFrom, aTo], [bFrom, bTo]] = [lives.get(a)!, lives.get(b)!];
      expect(aTo < bFrom || bTo < aFrom).toBe(true);
    }
  }
  for (const [slot, bytes] of blockBytes.entries())
    expect(bytes).toBe(Math.max(...[...slots].filter(([, own]) => own === slot).map(([{ sizeBytes }]) => sizeBytes)));
  return blockBytes.reduce((sum, bytes) => sum + bytes, 0) / most;
}

test("random plans: what is alive together is apart", () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let plan = 0; plan < 20; plan++) {
    const values: Value[] = [];
    const nodes = Array.from({ length: 60 }, () => {
      const inputs =
        values.length === 0
          ? []
          : [0, 1, 2].map(() => values[values.length - 1 - random(Math.min(12, values.length))]!);
      const outputs = Array.from({ length: 1 + random(2) }, () => valueOf(1 + random(1000)));
      values.push(...outputs);
      return nodeOf(inputs, outputs);
    });
    expect(checkBlocks(nodes)).toBeLessThan(1.6);
  }
});

test("a step that keeps values of several sizes for its backward pass holds hardly more than is alive", () => {
  const nodes: Node[] = [];
  const kept: { readonly projected: Value; readonly scanned: Value; readonly residual: Value }[] = [];
  let residual = valueOf(768);
  nodes.push(nodeOf([], [residual]));
  for (let layer = 0; layer < 24; layer++) {
    const [normed, projected, convolved, scanned, gated, next] = [384, 3352, 1792, 1536, 768, 768].map(valueOf) as [
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
    ];
    nodes.push(nodeOf([residual], [normed]), nodeOf([normed], [projected]), nodeOf([projected], [convolved]));
    nodes.push(
      nodeOf([convolved], [scanned]),
      nodeOf([scanned, projected], [gated]),
      nodeOf([gated, residual], [next]),
    );
    kept.push({ projected, scanned, residual });
    residual = next;
  }
  let gradient = valueOf(768);
  const head = [valueOf(9000), valueOf(9000)] as const;
  nodes.push(nodeOf([residual], [head[0]]), nodeOf([head[0]], [head[1]]), nodeOf([head[1]], [gradient]));
  for (const { projected, scanned, residual } of kept.reverse()) {
    const [convolved, ofGated, ofScanned, ofConvolved, ofProjected, next] = [1792, 1536, 1536, 1792, 3352, 768].map(
      valueOf,
    ) as [Value, Value, Value, Value, Value, Value];
    nodes.push(nodeOf([projected], [convolved]), nodeOf([gradient], [ofGated]));
    nodes.push(nodeOf([ofGated, scanned, projected], [ofScanned]), nodeOf([ofScanned, convolved], [ofConvolved]));
    nodes.push(nodeOf([ofConvolved, projected], [ofProjected]), nodeOf([ofProjected, residual, gradient], [next]));
    gradient = next;
  }
  expect(checkBlocks(nodes)).toBeLessThan(1.1);
});
