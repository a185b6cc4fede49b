// What a plan will hold, told before its memory is taken: how much, and the largest values of the moment at which most is alive.
import type { Device } from "../device/device.ts";
import type { DType } from "../numbers/dtype.ts";
import type { Shape } from "../shape.ts";
import type { Storage } from "../memory/storage.ts";
import type { Plan } from "./plan.ts";
import { lastUses } from "./readers.ts";

/** Values of one op and shape that are alive together. */
export interface PlannedValue {
  /** the primitive that makes them */
  readonly op: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly count: number;
  /** of all of them */
  readonly bytes: number;
}

/** The memory of a plan. */
export interface PlannedMemory {
  /** of temporaries, which share blocks by liveness, of results, and of what the hungriest kernel takes beside */
  readonly bytes: number;
  /** what is alive where most is, the largest first */
  readonly holders: readonly PlannedValue[];
}

/** @param results storages of what the captured function returns */
export function plannedMemory(
  { nodes, slots, blockBytes }: Plan,
  results: ReadonlySet<Storage>,
  device: Device,
): PlannedMemory {
  const last = lastUses(nodes);
  const live = new Map<Storage, PlannedValue>();
  let [now, most] = [0, 0];
  let peak: readonly PlannedValue[] = [];
  nodes.forEach(({ primitive, inputs, outputs }, at) => {
    for (const { storage, shape, dtype } of Object.values(outputs)) {
      if (live.has(storage) || !(slots.has(storage) || results.has(storage))) continue;
      live.set(storage, { op: primitive.name, shape, dtype, count: 1, bytes: storage.sizeBytes });
      now += storage.sizeBytes;
    }
    if (now > most) [most, peak] = [now, [...live.values()]];
    for (const { storage } of [...Object.values(inputs), ...Object.values(outputs)]) {
      if (last.get(storage) !== at || results.has(storage) || !live.delete(storage)) continue;
      now -= storage.sizeBytes;
    }
  });
  const returned = [...results].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const blocks = blockBytes.reduce((sum, bytes) => sum + bytes, returned);
  const kernels = nodes.map(
    ({ primitive, inputs, outputs, params }) => device.kernelCost(primitive, inputs, outputs, params).bytes,
  );
  return { bytes: blocks + kernels.reduce((largest, bytes) => Math.max(largest, bytes), 0), holders: grouped(peak) };
}

function grouped(values: readonly PlannedValue[]): PlannedValue[] {
  const groups = new Map<string, PlannedValue>();
  for (const value of values) {
    const key = `${value.op} ${value.dtype} ${value.shape.join()}`;
    const { count = 0, bytes = 0 } = groups.get(key) ?? {};
    groups.set(key, { ...value, count: count + 1, bytes: bytes + value.bytes });
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes);
}
