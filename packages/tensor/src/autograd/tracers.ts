// Who sees each applied primitive: the tapes of gradients and the recorder of a captured function.
import { context } from "../context.ts";
import type { Device } from "../device/device.ts";
import type { Spec } from "../device/lowering.ts";
import type { Primitive } from "../primitive.ts";
import type { Tensor } from "../tensor.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** Notes primitives for differentiation. */
export interface OpTape {
  tracks(tensor: Tensor): boolean;
  record(primitive: Primitive, inputs: Tensors, outputs: Tensors, params: unknown): void;
}

/** Notes primitives instead of running them. */
export interface OpRecorder {
  /** outputs of the next node, where a former recording has the same one here */
  follow(primitive: Primitive, inputs: Tensors, params: unknown): Record<string, Tensor> | undefined;
  /** whether the former recording ran the reference of this primitive here */
  followReference(primitive: Primitive, inputs: Tensors, params: unknown): boolean;
  /** notes that the reference of a primitive runs */
  refer(primitive: Primitive, inputs: Tensors, params: unknown, device: Device): void;
  record(
    primitive: Primitive,
    inputs: Tensors,
    specs: Readonly<Record<string, Spec>>,
    params: unknown,
    device: Device,
  ): Record<string, Tensor>;
}

export interface Tracers {
  /** innermost last; a null hides the tapes below it */
  readonly tapes: (OpTape | null)[];
  readonly recorder: OpRecorder | null;
}

const active: { tapes: (OpTape | null)[]; recorder: OpRecorder | null } = { tapes: [], recorder: null };
export const tracers: Tracers = active;

/** Tapes that see the next op, innermost first. */
export function activeTapes(): OpTape[] {
  const tapes: OpTape[] = [];
  for (let i = active.tapes.length - 1; i >= 0; i--) {
    const tape = active.tapes[i];
    if (!tape) break;
    tapes.push(tape);
  }
  return tapes;
}

/** Calls `fn` with `recorder` listening. Recordings do not nest. */
export function withRecorder<T>(recorder: OpRecorder, fn: () => T): T {
  active.recorder = recorder;
  context.recording = true;
  try {
    return fn();
  } finally {
    active.recorder = null;
    context.recording = false;
  }
}
