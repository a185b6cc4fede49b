// Recording: while a function is captured, primitives are recorded instead of run, and tensors are placeholders of
// later values. A function that was recorded before is followed op by op: as long as it does what it did, the old nodes
// serve again, and nothing is inferred, looked up or planned.
import type { Device } from "../device/device.ts";
import { DeviceError } from "../errors.ts";
import { mapValues, type Spec, storageBytes } from "../device/lowering.ts";
import type { Primitive } from "../primitive.ts";
import { sameRows } from "../row-layout.ts";
import type { OpRecorder } from "../autograd/tracers.ts";
import { sameShape } from "../shape.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import { sameAsSnapshot, snapshot } from "../arguments/snapshot.ts";
import type { Place, Recording, Node, Referred, Value } from "./recording.ts";

/**
 * Collects the nodes of one call of a captured function, or follows those of a former one. What it meets from outside
 * lives until {@link Recorder.release}.
 */
export class Recorder implements OpRecorder {
  /** The call's tensors in place of which placeholders were given, as memory. */
  readonly args: Place[] = [];
  /** The memory from outside, in the order in which the nodes first use it. */
  readonly externals: Place[] = [];
  readonly #former: Recording | undefined;
  /** Whether everything so far was as in the former recording, of which `#position` nodes were met. */
  #follows: boolean;
  #position = 0;
  #device: Device | null = null;
  #nodes: Node[] = [];
  /** those of this call */
  readonly #referred: Referred[] = [];
  readonly #externals = new Map<Storage, number>();
  /** Placeholders by the memory from outside, once nodes are recorded again. */
  readonly #standIns = new Map<Storage, Map<number, Storage>>();
  readonly #argStandIns: Storage[] = [];

  /** @param former of a call with arguments of the same structure, devices, shapes and dtypes */
  constructor(former?: Recording) {
    this.#former = former;
    this.#follows = former !== undefined;
  }

  /** A placeholder of an argument. */
  placeholder(arg: Tensor): Tensor {
    const storage = this.#former?.args[this.args.length]!.retain() ?? new Storage(arg.device, storageBytes(arg), null);
    this.#argStandIns.push(storage);
    this.args.push({ storage: arg.storage.retain(), offset: arg.offset });
    // It represents the argument's memory from its first element on.
    return new Tensor(arg.shape, arg.dtype, storage, { offset: 0, rows: arg.rows });
  }

  /** Outputs of the next node, where the former recording has the same one here. */
  follow(
    primitive: Primitive,
    inputs: Readonly<Record<string, Tensor | undefined>>,
    params: unknown,
  ): Record<string, Tensor> | undefined {
    if (!this.#follows) return undefined;
    const node = this.#former!.nodes[this.#position];
    if (node?.primitive !== primitive || !this.#sameInputs(node, inputs) || !sameAsSnapshot(node.params, params))
      return undefined;
    this.#position++;
    return mapValues(node.outputs, ({ shape, dtype, storage }) => new Tensor(shape, dtype, storage.retain()));
  }

  /**
   * Whether the reference of the next primitive runs, known without inference and look-up from the former recording,
   * where the same primitive came here with such inputs.
   */
  followReference(primitive: Primitive, inputs: Readonly<Record<string, Tensor>>, params: unknown): boolean {
    if (!this.#follows) return false;
    const referred = this.#former!.referred[this.#referred.length];
    if (
      referred?.primitive !== primitive ||
      referred.at !== this.#position ||
      !sameSpecs(referred, inputs) ||
      !sameAsSnapshot(referred.params, params)
    )
      return false;
    this.#referred.push(referred);
    return true;
  }

  /** Notes that the reference of a primitive runs. */
  refer(primitive: Primitive, inputs: Readonly<Record<string, Tensor>>, params: unknown, device: Device): void {
    const at = this.#follows ? this.#position : this.#nodes.length;
    this.#referred.push({
      primitive,
      params: snapshot(params),
      inputs: mapValues(inputs, ({ shape, dtype, rows }) => ({ shape: shape.slice(), dtype, rows })),
      device,
      at,
    });
  }

  record(
    primitive: Primitive,
    inputs: Readonly<Record<string, Tensor>>,
    specs: Readonly<Record<string, Spec>>,
    params: unknown,
    device: Device,
  ): Record<string, Tensor> {
    this.#part();
    if (this.#device && this.#device !== device) {
      throw new DeviceError("capture: everything in a captured function must run on one device; got two.", {
        device: device.kind,
      });
    }
    this.#device = device;
    const outputs = mapValues(specs, (spec) => symbolic(spec, device));
    this.#nodes.push({
      primitive,
      params: snapshot(params),
      inputs: mapValues(inputs, (tensor) => this.#value(tensor)),
      outputs: mapValues(outputs, valueOf),
    });
    return outputs;
  }

  /** What was done; the former recording itself where it was the same. @param results the tensors returned */
  finish(results: readonly Tensor[]): Recording {
    const made = new Set(
      results
        .map(({ storage }) => storage)
        .filter((storage) => storage.symbolic && !this.#argStandIns.includes(storage)),
    );
    const former = this.#former;
    if (
      this.#follows &&
      former &&
      this.#position === former.nodes.length &&
      made.size === former.results.size &&
      [...made].every((storage) => former.results.has(storage))
    ) {
      former.referred = this.#referred;
      return former;
    }
    this.#part();
    return {
      device: this.#device,
      nodes: this.#nodes,
      referred: this.#referred,
      args: this.#argStandIns,
      externals: this.#externals,
      results: made,
    };
  }

  /** Lets go of the memory from outside. */
  release(): void {
    for (const { storage } of [...this.args.splice(0), ...this.externals.splice(0)]) storage.release();
  }

  /** Stops following: what was met so far is the beginning of a recording of its own. */
  #part(): void {
    if (!this.#follows) return;
    this.#follows = false;
    const { nodes, externals, device } = this.#former!;
    this.#nodes = nodes.slice(0, this.#position);
    for (const [standIn, at] of externals) {
      if (at === this.externals.length) break;
      this.#externals.set(standIn, at);
      this.#standIn(this.externals[at]!, standIn);
    }
    if (this.#position > 0) this.#device = device;
  }

  #sameInputs({ inputs: expected }: Node, inputs: Readonly<Record<string, Tensor | undefined>>): boolean {
    const before = this.externals.length;
    let count = 0;
    let same = true;
    for (const name in inputs) {
      const tensor = inputs[name];
      if (tensor === undefined) continue;
      count++;
      const value = expected[name];
      if (value === undefined || !this.#isValue(tensor, value)) {
        same = false;
        break;
      }
    }
    if (same) for (const _ in expected) count--;
    if (same && count === 0) return true;
    for (const { storage } of this.externals.splice(before)) storage.release();
    return false;
  }

  /**
   * Whether a tensor is what the former recording had in its place: the same value of this call, or memory from outside
   * that can replace it.
   */
  #isValue(tensor: Tensor, value: Value): boolean {
    if (!sameSpec(tensor, value)) return false;
    const { storage, offset } = tensor;
    if (storage.symbolic) return storage === value.storage && offset === value.offset;
    const at = this.#former!.externals.get(value.storage);
    if (at === undefined) return false;
    const known = this.externals[at];
    if (known) return known.storage === storage && known.offset === offset;
    if (
      at > this.externals.length ||
      storage.device !== value.storage.device ||
      storage.sizeBytes !== value.storage.sizeBytes
    )
      return false;
    this.externals.push({ storage: storage.retain(), offset });
    return true;
  }

  #value(tensor: Tensor): Value {
    const { shape, dtype, rows, storage, offset } = tensor;
    if (storage.symbolic) return valueOf(tensor);
    let standIn = this.#standIns.get(storage)?.get(offset);
    if (!standIn) {
      standIn = new Storage(storage.device, storage.sizeBytes, null);
      this.#standIn({ storage, offset }, standIn);
      this.#externals.set(standIn, this.externals.push({ storage: storage.retain(), offset }) - 1);
    }
    return { shape, dtype, rows, storage: standIn, offset: 0 };
  }

  #standIn({ storage, offset }: Place, standIn: Storage): void {
    const ofStorage = this.#standIns.get(storage) ?? new Map<number, Storage>();
    this.#standIns.set(storage, ofStorage.set(offset, standIn));
  }
}

/** A tensor without memory, the placeholder of a value. */
export function symbolic(spec: Spec, device: Device): Tensor {
  return new Tensor(spec.shape, spec.dtype, new Storage(device, storageBytes(spec), null));
}

function sameSpecs({ inputs: expected, device }: Referred, inputs: Readonly<Record<string, Tensor>>): boolean {
  let count = 0;
  for (const name in inputs) {
    const [tensor, spec] = [inputs[name]!, expected[name]];
    if (spec === undefined || tensor.device !== device || !sameSpec(tensor, spec)) return false;
    count++;
  }
  for (const _ in expected) count--;
  return count === 0;
}

function sameSpec(a: Spec, b: Spec): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape) && sameRows(a.rows, b.rows);
}

function valueOf({ shape, dtype, rows, storage, offset }: Tensor): Value {
  return { shape, dtype, rows, storage, offset };
}
