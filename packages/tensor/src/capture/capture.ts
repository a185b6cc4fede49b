// capture(fn): records one call of fn as a plan and replays it, with memory planned once and no work per op beyond starting it.
import { context } from "../context.ts";
import { debugLine, switches } from "../debug.ts";
import type { Block, Device, Operand, PreparedRun } from "../device/device.ts";
import { mapValues } from "../primitive.ts";
import { withScope } from "../scope.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { isPlainObject, leaves, mapTree, type Tree } from "../tree.ts";
import { makePlan, type Plan } from "./plan.ts";
import { Recorder, symbolic, type Value } from "./recorder.ts";

/** A captured function: called like the original. */
export interface Captured<A extends Tree[], R extends Tree> {
  (...args: A): R;
  /** Bytes of temporary memory its plans hold between calls. */
  readonly plannedBytes: number;
  /** Number of plans: one per combination of shapes, dtypes and other arguments it was called with. */
  readonly plans: number;
  /** Frees the plans' memory; the next call records again. */
  dispose(): void;
}

/**
 * Records a call of `fn` as a plan (dead code dropped, elementwise chains fused, temporary memory shared by liveness), runs it, and replays the plan
 * at later calls with arguments of the same shapes and dtypes. Tensors that `fn` closes over are read where they lie at every call, so in-place updates of
 * parameters are seen; values written in place inside `fn` are written at every call.
 *
 * @param fn synchronous function of tensors (or trees of them); must do the same for the same shapes, and must not read values
 * @returns the captured function; its results are new tensors at every call
 * @throws DeviceError when `fn` reads a value or mixes devices
 * @example
 * const step = capture((x: Tensor) => silu(x).mul(x).sum());
 * console.log(await step(tensor([1, 2])).item());
 */
export function capture<A extends Tree[], R extends Tree>(fn: (...args: A) => R): Captured<A, R> {
  const replays = new Map<string, Replay<R>>();
  const call = (...args: A): R => {
    // Inside another recording or a gradient the ops themselves must be seen.
    if (context.recorder || context.tapes.at(-1)) return fn(...args);
    const key = keyOf(args);
    let replay = replays.get(key);
    if (!replay) replays.set(key, (replay = record(fn, args)));
    return replay.run(leaves(args));
  };
  const dispose = (): void => {
    for (const replay of replays.values()) replay.dispose();
    replays.clear();
  };
  Object.defineProperties(call, {
    plannedBytes: { get: () => [...replays.values()].reduce((total, replay) => total + replay.plannedBytes, 0) },
    plans: { get: () => replays.size },
  });
  return Object.assign(call, { dispose }) as unknown as Captured<A, R>;
}

/** What a plan depends on: structure, shapes and dtypes, and every other value. It is made at every call: JSON.stringify, called back for every number of a shape, took twice as long. */
function keyOf(tree: Tree): string {
  if (tree instanceof Tensor) return `${tree.dtype}[${tree.shape.join()}]`;
  if (Array.isArray(tree)) {
    let key = "[";
    for (const item of tree) key += `${keyOf(item)},`;
    return `${key}]`;
  }
  if (!isPlainObject(tree)) return JSON.stringify(tree) ?? "undefined";
  let key = "{";
  for (const name in tree) key += `${JSON.stringify(name)}:${keyOf(tree[name])},`;
  return `${key}}`;
}

/** Runs `fn` on symbolic arguments and plans what it did. */
function record<A extends Tree[], R extends Tree>(fn: (...args: A) => R, args: A): Replay<R> {
  const recorder = new Recorder();
  return withScope(() => {
    const placeholders = mapTree(args, (tensor) => symbolic(tensor, tensor.device));
    context.recorder = recorder;
    let result: R;
    try {
      result = fn(...placeholders);
    } finally {
      context.recorder = null;
    }
    return new Replay(recorder, leaves(placeholders).map(({ storage }) => storage), result);
  });
}

interface Step {
  readonly run: PreparedRun;
  readonly inputs: Readonly<Record<string, Operand>>;
  readonly outputs: Readonly<Record<string, Operand>>;
}

/** A plan bound to its device: temporaries allocated once, arguments and results bound anew at every call. */
class Replay<R extends Tree> {
  readonly plannedBytes: number;
  readonly #device: Device | null;
  readonly #recorder: Recorder;
  readonly #parameters: readonly Storage[];
  readonly #result: R;
  readonly #results: readonly Value[];
  readonly #steps: readonly Step[];
  readonly #temporaries: readonly Block[];
  /** Operands whose block changes from call to call, by the value they belong to. */
  readonly #changing = new Map<Storage, { block: Block }[]>();

  constructor(recorder: Recorder, parameters: readonly Storage[], result: R) {
    this.#recorder = recorder;
    this.#device = recorder.device;
    this.#parameters = parameters;
    this.#result = result;
    this.#results = leaves(result).map((tensor) => recorder.value(tensor));
    const made = new Set(recorder.nodes.flatMap((node) => Object.values(node.outputs).map(({ storage }) => storage)));
    const plan = makePlan(recorder.nodes, new Set(this.#results.map(({ storage }) => storage).filter((storage) => made.has(storage))), this.#device);
    this.plannedBytes = plan.blockBytes.reduce((total, sizeBytes) => total + sizeBytes, 0);
    this.#temporaries = plan.blockBytes.map((sizeBytes) => this.#device!.allocate(sizeBytes));
    this.#steps = plan.nodes.map(({ primitive, params, inputs, outputs }) => ({
      run: this.#device!.prepare(primitive, inputs, outputs, params),
      inputs: mapValues(inputs, (value) => this.#operand(value, plan)),
      outputs: mapValues(outputs, (value) => this.#operand(value, plan)),
    }));
    if (switches().debug >= 1) {
      debugLine(`capture: ${recorder.nodes.length} ops recorded, ${plan.nodes.length} planned, ${plan.placed.size} copies saved, ${plan.blockBytes.length} blocks, ${this.plannedBytes} bytes planned`);
    }
  }

  run(args: readonly Tensor[]): R {
    const storages = new Map<Storage, Storage>(this.#parameters.map((parameter, i) => [parameter, args[i]!.storage]));
    for (const { storage } of this.#results) {
      if (storages.has(storage)) continue;
      storages.set(storage, storage.symbolic ? Storage.allocate(this.#device!, storage.sizeBytes) : storage);
    }
    for (const [storage, operands] of this.#changing) {
      const { block } = storages.get(storage)!;
      for (const operand of operands) operand.block = block;
    }
    for (const { run, inputs, outputs } of this.#steps) run(inputs, outputs);
    return this.#wrap(storages);
  }

  dispose(): void {
    for (const block of this.#temporaries) this.#device!.free(block);
    for (const storage of this.#recorder.externals) storage.release();
  }

  /** The result tree with tensors over this call's memory. */
  #wrap(storages: ReadonlyMap<Storage, Storage>): R {
    const fresh = new Set<Storage>();
    return mapTree(this.#result, (_, i) => {
      const { shape, dtype, storage } = this.#results[i]!;
      const real = storages.get(storage)!;
      // A storage made for this call comes with one reference; every further tensor over it, or over an older one, takes its own.
      const owned = storage.symbolic && !this.#parameters.includes(storage) && !fresh.has(real);
      fresh.add(real);
      return new Tensor(shape, dtype, owned ? real : real.retain());
    });
  }

  #operand({ shape, dtype, storage }: Value, plan: Plan): Operand {
    const slot = plan.slots.get(storage);
    if (slot !== undefined) {
      // A block that is shared with a value too large for one operand is bound in part.
      const block = this.#temporaries[slot]!;
      const whole = block.sizeBytes <= this.#device!.maxOperandBytes || storage.sizeBytes > this.#device!.maxOperandBytes;
      return { shape, dtype, block: whole ? block : this.#device!.part(block, 0, storage.sizeBytes) };
    }
    // Where it lies is asked anew at every call: an optimizer moves parameters.
    const there = plan.placed.get(storage) ?? storage;
    if (!there.symbolic) return { shape, dtype, get block() { return there.block; } };
    const operand = { shape, dtype, block: undefined as unknown as Block };
    const known = this.#changing.get(storage);
    if (known) known.push(operand);
    else this.#changing.set(storage, [operand]);
    return operand;
  }
}
