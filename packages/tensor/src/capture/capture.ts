// capture(fn): the first call of fn is recorded as a plan; later calls follow what fn does, without computing anything,
// and run the plan; with a stamp, calls between which nothing changed run only the plan.
import { type BoundedCache, keyOf, nextTurn } from "@x/base";
import { type PrecompileOptions, precompileOptions } from "@x/kernels-wgsl";
import { tracers, withRecorder } from "../autograd/tracers.ts";
import type { Device } from "../device/device.ts";
import { checkOptions, ConfigError } from "../errors.ts";
import { requireArity, strict } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireSynchronous, runSynchronous, tidy, withScope } from "../memory/scope.ts";
import type { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import { leaves, mapTree, type Tree } from "../tree.ts";
import { StampedPlan } from "./stamped-plan.ts";
import { Recorder } from "./recorder.ts";
import type { Place, Recording } from "./recording.ts";
import type { PlannedMemory } from "./planned-memory.ts";
import { requireArgs, requireUntraced } from "./precompile.ts";
import { type PlacedPlan, planRecording, Replay } from "./replay.ts";

/** A captured function: called like the original. */
export interface Captured<A extends Tree[], R extends Tree> {
  (...args: A): R;
  /**
   * Makes the plan of a call with such arguments, and compiles what it runs, in parallel and without blocking: the call
   * itself then compiles nothing. `fn` runs once, on placeholders; nothing is computed.
   *
   * @param args as of a call; they may be disposed of as soon as this returns its promise
   * @throws what a call throws before it computes; KernelError for a kernel that the device refuses; the signal's
   *   reason
   */
  precompile(args: A, options?: PrecompileOptions): Promise<void>;
  /** Bytes of temporary memory its plans hold between calls. */
  readonly plannedBytes: number;
  /**
   * Copies that a call of each plan makes: of views made dense for ops that take no views, and of values into existing
   * memory.
   */
  readonly copies: number;
  /**
   * Number of plans: one per combination of devices, shapes, dtypes and other arguments it was called with, of those
   * last used.
   */
  readonly plans: number;
  /** Frees the plans' memory; the next call records again. */
  dispose(): void;
}

/** Options of {@link capture}. */
export interface CaptureOptions {
  /**
   * A number that the caller promises to differ from that of the last call whenever `fn` would do something else for
   * equal arguments than it did then: use another tensor, number, branch or op, or raise. While it is the same `fn`
   * does not run: its ops are done again on this call's arguments and on the same other tensors, wherever their memory
   * is and whatever they hold by now. Without the promise kept, results are those of what `fn` did before. Noticed all
   * the same: memory that is gone, arguments of other shapes, dtypes, devices or contents. `watchModule` of @x/nn makes
   * the stamp of a model. Default: none, every call runs `fn`.
   */
  stamp?(): number;
  /**
   * Is told of the memory of each new plan before it is taken and before anything runs. Where it raises, the call does,
   * and leaves nothing behind.
   */
  planned?(memory: PlannedMemory): void;
}

interface Entry<R extends Tree> {
  readonly replay: Replay;
  /** for calls that need not run the function */
  kept: StampedPlan<R> | undefined;
}

/**
 * Makes one plan of all ops of a call of `fn` (dead code dropped, elementwise chains fused, temporary memory shared by
 * liveness) and runs it. Every call runs `fn` once. While its ops are those of the last call with such arguments, they
 * are only compared, which is cheap, and the old plan runs, on the memory of this call's arguments and of whatever
 * tensors `fn` uses beside them. Where `fn` does something else than before (another branch, another number, a
 * parameter that was replaced by one of another shape, a layer switched off), a new plan takes the old one's place. So
 * results and writes are always those of the plain call. With a `stamp` calls between which it stays the same do not
 * even run `fn`; one that returns tensors from outside, or writes in place to what it made itself, is run all the same.
 *
 * @param fn synchronous function of tensors, or of trees of them and of plain data; must not read values
 * @returns the captured function; its results are new tensors at every call
 * @throws TypeError when `fn` is async; KeyError for arguments that are neither tensors nor plain data; DeviceError
 *   when `fn` reads a value or mixes devices; ConfigError for an
 * unknown option, a stamp that is no function or gives no number
 * @example
 * const step = capture((x: Tensor) => silu(x).mul(x).sum());
 * console.log(await step(tensor([1, 2])).item());
 * let scale = 2;
 * const scaled = capture((x: Tensor) => x.mul(scale), { stamp: () => scale }); // runs again when the scale is another
 * console.log(await scaled(tensor([3])).item()); // 6
 */
export function capture<A extends Tree[], R extends Tree>(
  fn: (...args: A) => R,
  options: CaptureOptions = {},
): Captured<A, R> {
  requireArity("capture", arguments, 2);
  requireSynchronous("capture", fn);
  checkOptions<CaptureOptions>("capture", options, { stamp: "function", planned: "function" });
  const { stamp: readStamp, planned } = options;
  const entries = new Map<string, Entry<R>>();

  const call = (...args: A): R => {
    // Inside another recording or a gradient the ops themselves must be seen.
    if (tracers.recorder || tracers.tapes.at(-1)) return runSynchronous("capture", () => fn(...args));
    const stamp = readStamp && requireStamp(readStamp());
    const key = keyOf("capture: arguments", args, keyOfTensor);
    const entry = entries.get(key);
    const { replay, kept } = entry ?? {};
    const outside = kept && Object.is(kept.stamp, stamp) ? kept.outside(leaves(args)) : undefined;
    if (!replay || !kept || !outside) return followed(args, key, stamp);
    plansOf(replay.device).peek(replay); // counts as a use
    return finished(kept.result, replay.recording, outside, replay.run(outside));
  };

  /** What holds the plan of a recording already. */
  const fitting = (recording: Recording, outside: readonly Place[], key: string): Entry<R> | undefined => {
    const known = entries.get(key);
    if (known?.replay.recording !== recording || !known.replay.fits(outside)) return undefined;
    plansOf(known.replay.device).peek(known.replay);
    return known;
  };

  /** The plan of a recording: the old one where it still fits, else a new one in its place; undefined where there is nothing to do. */
  const planOf = (
    recording: Recording,
    outside: readonly Place[],
    key: string,
    made?: PlacedPlan,
  ): Entry<R> | undefined => {
    const known = fitting(recording, outside, key);
    if (known) return known;
    const old = entries.get(key);
    if (old) forget(old.replay);
    if (!recording.device) return undefined;
    const entry = { replay: new Replay(recording, recording.device, outside, planned, made), kept: undefined };
    hold(entries, key, entry);
    return entry;
  };

  /** Runs `fn` with the recorder listening, then the plan, which may be a new one. */
  const followed = (args: A, key: string, stamp: number | undefined): R => {
    const former = entries.get(key);
    if (former) dropStamped(former);
    const recorder = new Recorder(former?.replay.recording);
    const { result, entry } = withScope(() => {
      try {
        const symbols = recorded(recorder, fn, args);
        const recording = recorder.finish(leaves(symbols));
        const outside = [...recorder.args, ...recorder.externals];
        const entry = planOf(recording, outside, key);
        const result = finished(symbols, recording, outside, entry?.replay.run(outside));
        if (entry && stamp !== undefined)
          entry.kept = StampedPlan.of(stamp, symbols, entry.replay, recorder.args, recorder.externals);
        return { result, entry };
      } finally {
        recorder.release();
      }
    });
    if (entry?.kept?.settle() === false) dropStamped(entry);
    return result;
  };

  const precompile = async (args: A, given?: PrecompileOptions): Promise<void> => {
    checkOptions<PrecompileOptions>("capture: precompile", given, precompileOptions);
    const options = given ?? {};
    requireUntraced("capture: precompile()");
    requireArgs("capture: precompile", args);
    const key = keyOf("capture: arguments", args, keyOfTensor);
    const former = entries.get(key);
    const recorder = new Recorder(former?.replay.recording);
    let entry: Entry<R> | undefined;
    try {
      // Recording, planning and taking memory are the longest pieces that cannot be cut.
      let recording: Recording | undefined;
      tidy(() => void (recording = recorder.finish(leaves(recorded(recorder, fn, args)))));
      await nextTurn();
      const outside = [...recorder.args, ...recorder.externals];
      const { device } = recording!;
      const made =
        device && !fitting(recording!, outside, key) ? planRecording(recording!, device, outside) : undefined;
      await nextTurn();
      entry = planOf(recording!, outside, key, made);
    } finally {
      recorder.release();
    }
    await entry?.replay.device.precompile?.(entry.replay.ops, options);
  };

  const dispose = (): void => {
    for (const { replay } of entries.values()) forget(replay);
  };
  Object.defineProperties(call, {
    plannedBytes: { get: () => [...entries.values()].reduce((total, { replay }) => total + replay.plannedBytes, 0) },
    copies: { get: () => [...entries.values()].reduce((total, { replay }) => total + replay.copies, 0) },
    plans: { get: () => entries.size },
  });
  return Object.assign(call, strict("capture", { dispose, precompile })) as unknown as Captured<A, R>;
}

function requireStamp(stamp: unknown): number {
  if (typeof stamp === "number" && !Number.isNaN(stamp)) return stamp;
  throw ConfigError.must("capture", "stamp", "give a number, the same only while fn does the same", stamp);
}

/** Runs `fn` on placeholders, with the recorder listening. */
function recorded<A extends Tree[], R extends Tree>(recorder: Recorder, fn: (...args: A) => R, args: A): R {
  const placeholders = mapTree(args, (tensor) => recorder.placeholder(tensor));
  return withRecorder(recorder, () => runSynchronous("capture", () => fn(...placeholders)));
}

/**
 * The result with tensors over real memory. @param made memory made for this call, by its placeholder; it comes with
 * one reference
 */
function finished<R extends Tree>(
  result: R,
  { args }: Recording,
  outside: readonly Place[],
  made?: ReadonlyMap<Storage, Storage>,
): R {
  const fresh = new Set(made?.values());
  return mapTree(result, ({ shape, dtype, rows, storage, offset }) => {
    const at = storage.symbolic && !made?.has(storage) ? args.indexOf(storage) : -1;
    const place = at < 0 ? { storage: made?.get(storage) ?? storage, offset: 0 } : outside[at]!;
    const real = place.storage;
    const view = { offset: place.offset + offset, rows };
    return new Tensor(shape, dtype, fresh.delete(real) ? real : real.retain(), view);
  });
}

/** Keeps a plan until `plansPerDevice` others of its device were used after it. */
function hold<R extends Tree>(entries: Map<string, Entry<R>>, key: string, entry: Entry<R>): void {
  entries.set(key, entry);
  plansOf(entry.replay.device).get(entry.replay, () => () => {
    entries.delete(key);
    dropStamped(entry);
    entry.replay.dispose();
  });
}

function dropStamped<R extends Tree>(entry: Entry<R>): void {
  entry.kept?.dispose();
  entry.kept = undefined;
}

function forget(replay: Replay): void {
  plansOf(replay.device).delete(replay);
}

/** Plans of all captured functions of a device together. */
const plansPerDevice = 32;

function plansOf(device: Device): BoundedCache<Replay, () => void> {
  return device.caches.named("plans", plansPerDevice, (drop) => drop());
}

const devices = new WeakMap<Device, number>();
let deviceCount = 0;

function keyOfTensor(value: object): string | undefined {
  if (!(value instanceof Tensor)) return undefined;
  requireTensors("capture", { "a tensor among the arguments": value });
  let device = devices.get(value.device);
  if (device === undefined) devices.set(value.device, (device = deviceCount++));
  const { rows } = value;
  const layout = rows ? `:${rows.size}/${rows.pitch}@${rows.alignment}` : "";
  return `@${device} ${value.dtype}[${value.shape.join()}]${layout}`;
}
