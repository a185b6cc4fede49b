// A plan bound to its device: temporary memory allocated once, everything that is there before a call, or made for its
// results, bound again at every call.
import { type BoundOp, context } from "../context.ts";
import { debugLine, debugFlags } from "../debug.ts";
import type { Block, Device, Op, Operand, PreparedRun } from "../device/device.ts";
import { requireUnviewed } from "../apply.ts";
import { contiguousPrimitive } from "../ops/contiguous-primitive.ts";
import { mapValues } from "../device/lowering.ts";
import { DeviceError } from "../errors.ts";
import { Storage } from "../memory/storage.ts";
import { makePlan, type Plan } from "./plan.ts";
import { planTable } from "./plan-table.ts";
import { plannedMemory, type PlannedMemory } from "./planned-memory.ts";
import type { Place, Recording, Value } from "./recording.ts";

/** The memory, at this call, of a value whose memory changes from call to call. */
interface Seat {
  block: Block | null;
  /** elements of the block before the value */
  offset: number;
  /** ops whose operands lie there */
  readonly ops: PlannedOp[];
}

/** An op of a plan; most find all their operands where they were at the last call, which need not be looked up again. */
interface PlannedOp extends BoundOp {
  moved: boolean;
}

/** Gives a value its memory of this call. */
function move(seat: Seat, block: Block, offset: number): void {
  if (seat.block === block && seat.offset === offset) return;
  [seat.block, seat.offset] = [block, offset];
  for (const op of seat.ops) op.moved = true;
}

/** A plan, and how the memory that it was made for overlaps; undefined where nothing is written in place, and it does not matter. */
export interface PlacedPlan extends Plan {
  readonly layout: string | undefined;
}

/** The first half of making a {@link Replay}, which takes no memory. @param outside as there */
export function planRecording(
  { nodes, args, externals, results }: Recording,
  device: Device,
  outside: readonly Place[],
): PlacedPlan {
  const standIns = [...args, ...externals.keys()];
  const plan = makePlan(nodes, results, new Map(standIns.map((standIn, i) => [standIn, outside[i]!])), device);
  return { ...plan, layout: nodes.some(({ primitive }) => primitive.mutates) ? layoutOf(outside) : undefined };
}

export class Replay {
  readonly plannedBytes: number;
  /** ops of the plan that only copy: views made dense, and values into existing memory */
  readonly copies: number;
  readonly recording: Recording;
  readonly device: Device;
  /** what a run does, in order */
  readonly ops: readonly Op[];
  readonly #steps: readonly PlannedOp[];
  readonly #temporaries: Block[] = [];
  /** by placeholder: arguments, memory from outside, results */
  readonly #seats: ReadonlyMap<Storage, Seat>;
  /**
   * Placeholders of the results, the last one first: a pool hands out what came back last, so each result of a loop gets
   * memory that it had before, which is bound already.
   */
  readonly #results: readonly Storage[];
  /** which memory from outside is written in place */
  readonly #written: readonly number[];
  readonly #layout: string | undefined;

  /**
   * @param outside the memory that the recording's arguments and externals stood for, in their order
   * @param planned hears of the plan's memory before it is taken
   * @param plan of this recording
   */
  constructor(
    recording: Recording,
    device: Device,
    outside: readonly Place[],
    planned?: (memory: PlannedMemory) => void,
    plan: PlacedPlan = planRecording(recording, device, outside),
  ) {
    this.recording = recording;
    this.device = device;
    const { nodes, args, externals, results } = recording;
    this.#results = [...results].reverse();
    const standIns = [...args, ...externals.keys()];
    const written = new Set(
      nodes.flatMap(({ primitive, inputs }) => (primitive.mutates ?? []).map((name) => inputs[name]?.storage)),
    );
    this.#written = standIns.flatMap((standIn, i) => (written.has(standIn) ? [i] : []));
    this.#layout = plan.layout;
    this.#seats = new Map(
      [...standIns, ...results].map((storage): [Storage, Seat] => [storage, { block: null, offset: 0, ops: [] }]),
    );
    this.ops = plan.nodes;
    this.copies = plan.nodes.filter(({ primitive }) => primitive.transfer || primitive === contiguousPrimitive).length;
    this.plannedBytes = plan.blockBytes.reduce((total, sizeBytes) => total + sizeBytes, 0);
    const debug = debugFlags().debug >= 1;
    const memory = planned || debug ? plannedMemory(plan, results, device) : undefined;
    if (memory) planned?.(memory);
    try {
      for (const sizeBytes of plan.blockBytes) this.#temporaries.push(device.allocate(sizeBytes));
      this.#steps = plan.nodes.map(({ primitive, params, inputs, outputs }) => {
        const op: PlannedOp = {
          run: prepared(device, primitive.name, device.prepare(primitive, inputs, outputs, params)),
          inputs: mapValues(inputs, (value) => this.#operand(value, plan)),
          outputs: mapValues(outputs, (value) => this.#operand(value, plan)),
          moved: true,
        };
        for (const { storage } of [...Object.values(inputs), ...Object.values(outputs)])
          this.#seats.get(plan.placed.get(storage) ?? storage)?.ops.push(op);
        return op;
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
    if (debug) {
      debugLine(
        `capture: ${nodes.length} ops recorded, ${plan.nodes.length} planned, ${this.copies} copies, ${plan.placed.size} saved, ${plan.blockBytes.length} blocks, ${this.plannedBytes} bytes planned`,
      );
      planTable(plan.nodes, memory!, device).forEach(debugLine);
    }
  }

  /** Whether the plan is right for this memory: what may run before what, and where, was decided by what overlaps. */
  fits(outside: readonly Place[]): boolean {
    return this.#layout === undefined || this.#layout === layoutOf(outside);
  }

  /** Runs the plan. @returns the memory of every result, by its placeholder */
  run(outside: readonly Place[]): Map<Storage, Storage> {
    const { args, externals } = this.recording;
    for (const at of this.#written) {
      requireUnviewed("capture", "memory", outside[at]!.storage);
      outside[at]!.storage.markWritten();
    }
    let i = 0;
    const seat = (standIn: Storage): void => {
      const { storage, offset } = outside[i++]!;
      move(this.#seats.get(standIn)!, storage.block, offset);
    };
    for (const standIn of args) seat(standIn);
    for (const standIn of externals.keys()) seat(standIn);
    const made = new Map<Storage, Storage>();
    try {
      for (const result of this.#results) {
        const storage = Storage.allocate(this.device, result.sizeBytes);
        made.set(result, storage);
        move(this.#seats.get(result)!, storage.block, 0);
      }
      this.device.follow(
        () => {
          if (context.watch) context.watch.plan(this.device, this.ops, this.#steps);
          else
            for (const op of this.#steps) {
              op.run(op.inputs, op.outputs, !op.moved);
              op.moved = false;
            }
        },
        outside.map(({ storage }) => storage),
        [...made.values()],
        this.#written.map((at) => outside[at]!.storage),
      );
    } catch (error) {
      for (const storage of made.values()) storage.release();
      throw error;
    }
    return made;
  }

  dispose(): void {
    for (const block of this.#temporaries.splice(0)) this.device.free(block);
  }

  #operand({ shape, dtype, rows, storage, offset }: Value, plan: Plan): Operand {
    const slot = plan.slots.get(storage);
    if (slot !== undefined) {
      // A block that is shared with a value too large for one operand is bound in part.
      const block = this.#temporaries[slot]!;
      const whole = block.sizeBytes <= this.device.maxOperandBytes || storage.sizeBytes > this.device.maxOperandBytes;
      return { shape, dtype, rows, offset, block: whole ? block : this.device.part(block, 0, storage.sizeBytes) };
    }
    const seat = this.#seats.get(plan.placed.get(storage) ?? storage)!;
    return {
      shape,
      dtype,
      rows,
      get offset() {
        return seat.offset + offset;
      },
      get block() {
        return seat.block!;
      },
    };
  }
}

/** Which storages share memory, and at which offsets. */
function layoutOf(places: readonly Place[]): string {
  const numbers = new Map<Storage, number>();
  let layout = "";
  for (const {
    storage: { whole, offsetBytes },
  } of places) {
    let number = numbers.get(whole);
    if (number === undefined) numbers.set(whole, (number = numbers.size));
    layout += `${number}+${offsetBytes} `;
  }
  return layout;
}

/** What a device prepared for an op of a plan. Plans consist of ops that it has a path for. */
function prepared({ kind }: Device, op: string, run: PreparedRun | undefined): PreparedRun {
  if (run) return run;
  throw new DeviceError(`${op}: must have a path on device ${kind} where a plan contains it; it has none.`, {
    device: kind,
  });
}
