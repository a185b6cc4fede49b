// What one call of a captured function did: its nodes, and the memory that they work on.
import type { Device } from "../device/device.ts";
import type { Spec, Primitive } from "../primitive.ts";
import type { Storage } from "../memory/storage.ts";

/** A value in a recording. Its storage is symbolic: a placeholder for memory that each call allocates. */
export interface Value extends Spec {
  readonly storage: Storage;
  /** elements of the storage before its first */
  readonly offset: number;
}

/** Memory from outside: a storage, from `offset` elements on. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
}

/** One primitive of a recording. */
export interface Node {
  readonly primitive: Primitive;
  /** a copy: what the caller does to its own objects later changes no recording */
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * Placeholders of memory that exists before a call (arguments, tensors from outside) → that memory at the recorded
 * call.
 */
export type Outside = ReadonlyMap<Storage, Place>;

/**
 * A primitive that had no path of its own on the device, so that its reference ran. Recorded are only the nodes that
 * the reference made.
 */
export interface Referred {
  readonly primitive: Primitive;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Spec>>;
  readonly device: Device;
  /** nodes that came before */
  readonly at: number;
}

/** What one call of a captured function did, apart from the memory it did it to. */
export interface Recording {
  readonly device: Device | null;
  readonly nodes: readonly Node[];
  /** those of the last call, in order: what a followed call need not find out again */
  referred: readonly Referred[];
  /** placeholders of the tensors among the arguments, in order */
  readonly args: readonly Storage[];
  /** placeholders of the memory from outside that the nodes use, numbered by first use */
  readonly externals: ReadonlyMap<Storage, number>;
  /** made by the nodes and returned */
  readonly results: ReadonlySet<Storage>;
}
