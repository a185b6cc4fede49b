// DEBUG=1: a plan as a table, a line for each op: how often, dispatches, bytes read and written; then what holds most memory.
import type { Device, Op } from "../device/device.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import { showShape, sizeOf } from "../shape.ts";
import type { PlannedMemory } from "./planned-memory.ts";

/** Holders that are named. */
const mostHolders = 5;

export function planTable(ops: readonly Op[], { bytes, holders }: PlannedMemory, device: Device): string[] {
  const rows = new Map<string, [count: number, dispatches: number, read: number, written: number]>();
  const total: [number, number, number, number] = [0, 0, 0, 0];
  for (const { primitive, inputs, outputs, params } of ops) {
    const sum = (specs: Op["inputs"]): number =>
      Object.values(specs).reduce((all, { shape, dtype }) => all + sizeOf(shape) * dtypeBytes(dtype), 0);
    const { dispatches } = device.kernelCost(primitive, inputs, outputs, params);
    const own = rows.get(primitive.name) ?? [0, 0, 0, 0];
    [1, dispatches, sum(inputs), sum(outputs)].forEach((value, i) => {
      own[i]! += value;
      total[i]! += value;
    });
    rows.set(primitive.name, own);
  }
  const line = (name: string, cells: readonly (number | string)[]): string =>
    `  ${name.padEnd(32)}${cells.map((cell) => String(cell).padStart(14)).join("")}`;
  return [
    line("op", ["count", "dispatches", "bytes read", "bytes written"]),
    ...[...rows].sort(([, a], [, b]) => b[2] + b[3] - a[2] - a[3]).map(([name, cells]) => line(name, cells)),
    line("all", total),
    `  memory ${bytes} bytes, most of it at one time in: ${
      holders
        .slice(0, mostHolders)
        .map(({ op, shape, dtype, count, bytes: held }) => `${op} ${dtype}${showShape(shape)} ${count}× ${held}`)
        .join(", ") || "nothing"
    }`,
  ];
}
