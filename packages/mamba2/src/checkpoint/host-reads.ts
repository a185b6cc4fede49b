// Reads of a model's values from its device: apart from what files make of them, so that a page which never saves holds only this.
import type { Module, Parameter } from "@x/nn/core";
import type { HostArray, QuantizedWeight } from "@x/tensor/core";

/** Reads, by the paths of parameters. */
export interface HostReads {
  readonly floats: readonly (readonly [path: string, read: () => ReturnType<Parameter["hostValue"]>])[];
  readonly integers: readonly {
    readonly path: string;
    readonly value: QuantizedWeight;
    readonly packed: () => Promise<HostArray>;
    readonly scales: () => Promise<HostArray>;
  }[];
  /** settles with those that have begun */
  readonly begun: Promise<unknown>;
}

/**
 * The reads of every parameter's value, and of a quantised one's integers and factors.
 *
 * @param snapshot begin all of them before it returns: what is changed while they are waited for is not in them. Else each begins when it is asked for.
 */
export function hostReads(module: Module, snapshot: boolean): HostReads {
  const begun: Promise<unknown>[] = [];
  const reading = <T>(read: () => Promise<T>): (() => Promise<T>) => {
    if (!snapshot) return read;
    const value = read();
    begun.push(value);
    return () => value;
  };
  const floats = module
    .baseParameters()
    .map((parameter) => [parameter.path, reading(() => parameter.hostValue())] as const);
  const integers = module.quantizedParameters().map(({ path, value }) => ({
    path,
    value,
    packed: reading(() => value.packed.data()),
    scales: reading(() => value.scales.data()),
  }));
  return { floats, integers, begun: Promise.all(begun) };
}
