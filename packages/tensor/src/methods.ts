// Functions of tensors as methods. Importing this file installs them; core.ts does not, so that a bundle of it holds
// only the ops that are used.
import * as listArgument from "./methods/list-argument.ts";
import * as sameArguments from "./methods/same-arguments.ts";
import type { SplitParts } from "./ops/split.ts";
import { Tensor } from "./tensor.ts";

/** A function without its first argument, the tensor that the method is called on. */
type Method<F> = F extends (x: never, ...rest: infer R) => infer T ? (...rest: R) => T : never;

/** The same for a function of a tensor and a list: the method takes the list, or its items. */
type ListMethod<F> = F extends (x: never, list: infer L extends readonly unknown[]) => infer T
  ? (...list: [list: L] | L) => T
  : never;

/**
 * The methods of tensors. Each is the function of its name, with the tensor as first argument; the documentation is
 * that of the function.
 */
export type TensorMethods = {
  readonly [K in Exclude<keyof typeof sameArguments, "split">]: Method<(typeof sameArguments)[K]>;
} & {
  readonly split: <const S extends number | readonly number[]>(sizes: S, axis: number) => SplitParts<S>;
} & {
  readonly [K in keyof typeof listArgument]: ListMethod<(typeof listArgument)[K]>;
};

declare module "./tensor.ts" {
  interface Tensor extends TensorMethods {}
}

type TensorFunction = (x: Tensor, ...rest: readonly unknown[]) => unknown;

function install(functions: object, argumentsOf: (given: readonly unknown[]) => readonly unknown[]): void {
  for (const [name, op] of Object.entries(functions) as [string, TensorFunction][]) {
    const value = {
      [name](this: Tensor, ...given: readonly unknown[]): unknown {
        return op(this, ...argumentsOf(given));
      },
    }[name];
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
  }
}

install(sameArguments, (given) => given);
install(listArgument, (given) => (given.length === 1 && Array.isArray(given[0]) ? given : [given]));
