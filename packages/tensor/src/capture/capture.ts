// capture(fn): the first call of fn is recorded as a plan; later calls follow what fn does, without computing anything, and run the plan.
import { type BoundedCache, keyOf } from "@x/base";
import { context } from "../context.ts";
import type { Device } from "../device/device.ts";
import { requireSynchronous, runSynchronous, withScope } from "../scope.ts";
import type { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { leaves, mapTree, type Tree } from "../tree.ts";
import { Recorder } from "./recorder.ts";
import { Replay } from "./replay.ts";

/** A captured function: called like the original. */
export interface Captured<A extends Tree[], R extends Tree> {
  (...args: A): R;
  /** Bytes of temporary memory its plans hold between calls. */
  readonly plannedBytes: number;
  /** Number of plans: one per combination of devices, shapes, dtypes and other arguments it was called with, of those last used. */
  readonly plans: number;
  /** Frees the plans' memory; the next call records again. */
  dispose(): void;
}

/**
 * Makes one plan of all ops of a call of `fn` (dead code dropped, elementwise chains fused, temporary memory shared by liveness) and runs it. Every call runs `fn` once. While
 * its ops are those of the last call with such arguments, they are only compared, which is cheap, and the old plan runs, on the memory of this call's arguments and of
 * whatever tensors `fn` uses beside them. Where `fn` does something else than before (another branch, another number, a parameter that was replaced by one of another shape,
 * a layer switched off), a new plan takes the old one's place. So results and writes are always those of the plain call.
 *
 * @param fn synchronous function of tensors, or of trees of them and of plain data; must not read values
 * @returns the captured function; its results are new tensors at every call
 * @throws TypeError when `fn` is async; KeyError for arguments that are neither tensors nor plain data; DeviceError when `fn` reads a value or mixes devices
 * @example
 * const step = capture((x: Tensor) => silu(x).mul(x).sum());
 * console.log(await step(tensor([1, 2])).item());
 */
export function capture<A extends Tree[], R extends Tree>(fn: (...args: A) => R): Captured<A, R> {
  requireSynchronous("capture", fn);
  const replays = new Map<string, Replay>();
  const call = (...args: A): R => {
    // Inside another recording or a gradient the ops themselves must be seen.
    if (context.recorder || context.tapes.at(-1)) return runSynchronous("capture", () => fn(...args));
    const key = keyOf("capture: arguments", args, keyOfTensor);
    const former = replays.get(key);
    const recorder = new Recorder(former?.recording);
    return withScope(() => {
      try {
        const result = recorded(recorder, fn, args);
        const recording = recorder.finish(leaves(result));
        const outside = [...recorder.args, ...recorder.externals];
        const { device, args: standIns } = recording;
        let replay = replays.get(key);
        if (replay && (replay.recording !== recording || !replay.fits(outside))) {
          forget(replay);
          replay = undefined;
        }
        if (replay) plansOf(replay.device).peek(replay); // counts as a use
        else if (device) hold(replays, key, (replay = new Replay(recording, device, outside)));
        const made = replay?.run(outside);
        return finished(result, new Map([...standIns.map((standIn, i): [Storage, Storage] => [standIn, outside[i]!]), ...(made ?? [])]), new Set(made?.values()));
      } finally {
        recorder.release();
      }
    });
  };
  const dispose = (): void => {
    for (const replay of replays.values()) forget(replay);
  };
  Object.defineProperties(call, {
    plannedBytes: { get: () => [...replays.values()].reduce((total, replay) => total + replay.plannedBytes, 0) },
    plans: { get: () => replays.size },
  });
  return Object.assign(call, { dispose }) as unknown as Captured<A, R>;
}

/** Runs `fn` on placeholders, with the recorder listening. */
function recorded<A extends Tree[], R extends Tree>(recorder: Recorder, fn: (...args: A) => R, args: A): R {
  const placeholders = mapTree(args, (tensor) => recorder.placeholder(tensor));
  context.recorder = recorder;
  try {
    return runSynchronous("capture", () => fn(...placeholders));
  } finally {
    context.recorder = null;
  }
}

/** The result with tensors over real memory. @param places memory by what stands for it @param fresh memory made for this call, which comes with one reference */
function finished<R extends Tree>(result: R, places: ReadonlyMap<Storage, Storage>, fresh: Set<Storage>): R {
  return mapTree(result, ({ shape, dtype, storage }) => {
    const real = places.get(storage) ?? storage;
    return new Tensor(shape, dtype, fresh.delete(real) ? real : real.retain());
  });
}

/** Keeps a plan until `plansPerDevice` others of its device were used after it. */
function hold(replays: Map<string, Replay>, key: string, replay: Replay): void {
  replays.set(key, replay);
  plansOf(replay.device).get(replay, () => () => {
    replays.delete(key);
    replay.dispose();
  });
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
  let device = devices.get(value.device);
  if (device === undefined) devices.set(value.device, (device = deviceCount++));
  return `@${device} ${value.dtype}[${value.shape.join()}]`;
}
