// What a call with an unchanged stamp needs to run the plan without the function: the memory that the function read
// besides its arguments, and the tree it returned.
import { context } from "../context.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import { leaves, mapTree, type Tree } from "../tree.ts";
import type { Place } from "./recording.ts";
import type { Replay } from "./replay.ts";

/**
 * Keeps alive the memory that the function itself makes at each call. Refers to the memory of others without a
 * reference, so that its owner can free it; the function is then followed again.
 */
export class StampedPlan<R extends Tree> {
  readonly stamp: number;
  /** the returned tree, of placeholders of arguments and results */
  readonly result: R;
  readonly #replay: Replay;
  readonly #externals: readonly Place[];
  #own: Storage[];
  readonly #outside: Place[] = [];
  /** of arguments that lay apart from one another and from the memory of others when the plan was made */
  readonly #layout:
    | { readonly others: ReadonlySet<Storage>; readonly seen: Set<Storage>; readonly starts: readonly number[] }
    | undefined;
  readonly #moves = Storage.moves;

  /**
   * To be made while the function's values are alive, and to be {@link settle}d once they are gone.
   *
   * @returns undefined where the function returns a tensor from outside, which only the function can look up
   */
  static of<R extends Tree>(
    stamp: number,
    result: R,
    replay: Replay,
    args: readonly Place[],
    externals: readonly Place[],
  ): StampedPlan<R> | undefined {
    return leaves(result).every(({ storage }) => storage.symbolic)
      ? new StampedPlan(stamp, result, replay, args, externals)
      : undefined;
  }

  private constructor(stamp: number, result: R, replay: Replay, args: readonly Place[], externals: readonly Place[]) {
    this.stamp = stamp;
    this.result = mapTree(result, (tensor) =>
      outOfScopes(new Tensor(tensor.shape, tensor.dtype, tensor.storage.retain(), tensor)),
    );
    this.#replay = replay;
    this.#externals = [...externals];
    this.#own = externals.map(({ storage }) => storage.retain());
    const others = new Set(externals.map(({ storage }) => storage.whole));
    const places = args.map(({ storage }) => storage);
    const apart = new Set([...others, ...places.map(({ whole }) => whole)]).size === others.size + places.length;
    this.#layout = apart
      ? { others, seen: new Set(), starts: places.map(({ offsetBytes }) => offsetBytes) }
      : undefined;
  }

  /**
   * Tells the memory that the function made from that of others. @returns whether later calls need not follow the
   * function
   */
  settle(): boolean {
    const held = this.#own;
    this.#own = held.filter((storage) => !storage.shared);
    for (const storage of held) if (storage.shared) storage.release();
    // Memory that the function makes and writes to is another one at every call. A part of memory that outlives the
    // call is not: it stays the same until something moves.
    const { nodes, externals } = this.#replay.recording;
    const written = new Set(
      nodes.flatMap(({ primitive, inputs }) =>
        (primitive.mutates ?? []).map((name) => externals.get(inputs[name]?.storage as Storage)),
      ),
    );
    const parts = new Map<Storage, number>();
    for (const { whole } of this.#own) parts.set(whole, (parts.get(whole) ?? 0) + 1);
    return this.#own.every((storage) =>
      storage.whole === storage
        ? !written.has(this.#externals.findIndex((place) => place.storage === storage))
        : storage.whole.references > parts.get(storage.whole)!,
    );
  }

  /** The memory to run the plan on; undefined where some of it is gone or overlaps otherwise than it did. */
  outside(args: readonly Tensor[]): Place[] | undefined {
    if (this.#moves !== Storage.moves && this.#own.some((storage) => storage.whole !== storage)) return undefined;
    for (let i = 0; i < this.#externals.length; i++) if (this.#externals[i]!.storage.disposed) return undefined;
    // One list serves all calls: no caller keeps it beyond the call.
    const outside = this.#outside;
    if (outside.length === 0) outside.push(...args, ...this.#externals);
    for (let i = 0; i < args.length; i++) outside[i] = args[i]!;
    return this.#apart(args) || this.#replay.fits(outside) ? outside : undefined;
  }

  /**
   * Whether the arguments lie apart from one another and from all else, as they did when the plan was made, and begin
   * where they did: then it fits. Cheaper to see than how anything overlaps, and what nearly every call finds.
   */
  #apart(args: readonly Tensor[]): boolean {
    const known = this.#layout;
    if (!known || this.#moves !== Storage.moves) return false;
    const { others, seen, starts } = known;
    seen.clear();
    for (let i = 0; i < args.length; i++) {
      const { whole, offsetBytes } = args[i]!.storage;
      if (offsetBytes !== starts[i] || others.has(whole) || seen.has(whole)) return false;
      seen.add(whole);
    }
    return true;
  }

  dispose(): void {
    for (const tensor of leaves(this.result)) tensor.dispose();
    for (const storage of this.#own.splice(0)) storage.release();
  }
}

function outOfScopes(tensor: Tensor): Tensor {
  for (const scope of context.scopes) scope.tensors.delete(tensor);
  return tensor;
}
