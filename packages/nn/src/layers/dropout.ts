// Dropout: a function and a module. Random numbers come from a key, so that a step can be repeated.
import {
  checkOptions,
  dropoutMask,
  mul,
  opScope,
  type RandomKey,
  requireArity,
  requireNumber,
  requireOptions,
  requireTensors,
  type Tensor,
} from "@x/tensor/core";
import { Module } from "../module/module.ts";

/**
 * x with each element 0 with probability `rate`, and 1/(1 − rate) times itself otherwise, so that its mean stays. The same key drops the same elements, on every device.
 *
 * @param x f32, any shape
 * @param rate 0 ≤ rate ≤ 1; 1 gives zeros
 * @param key `seed` and `stream`: another stream for every layer and step
 * @returns x's shape
 * @throws ConfigError for another rate or key; DTypeError for other dtypes
 * @example
 * const y = dropout(ones([4]), 0.5, { seed: 1, stream: 7 });
 */
export function dropout(x: Tensor, rate: number, key: RandomKey): Tensor {
  requireArity("dropout", arguments, 3);
  return drop("dropout", x, rate, key);
}

function drop(op: string, x: Tensor, rate: number, key: RandomKey): Tensor {
  requireTensors(op, { x });
  requireOptions(op, key, "key");
  checkOptions<RandomKey>(op, key, { seed: true, stream: true });
  checkRate(op, rate);
  return opScope(op, { x }, () => mul(x, dropoutMask(x.shape, rate, { ...key, device: x.device })));
}

function checkRate(op: string, rate: unknown): void {
  requireNumber(op, "rate", rate, "from 0 to 1", (value) => value >= 0 && value <= 1);
}

/**
 * {@link dropout} as a layer: drops where `forward` gets a key, and passes x on where it does not.
 *
 * @throws ConfigError unless 0 ≤ rate ≤ 1
 * @example
 * const layer = new Dropout(0.1);
 * const trained = layer.forward(ones([4]), { seed: 1, stream: 7 });
 * const used = layer.forward(ones([4]));   // unchanged
 */
export class Dropout extends Module {
  static readonly fieldsOnly = true;
  readonly rate: number;

  constructor(rate: number) {
    requireArity("Dropout", arguments, 1);
    super();
    checkRate("Dropout", rate);
    this.rate = rate;
  }

  /**
   * Elements dropped by a key, the others scaled up.
   *
   * @param x f32, any shape
   * @param key absent: nothing is dropped
   * @returns x's shape
   * @throws DTypeError when x is no f32 tensor
   * @example
   * new Dropout(0.5).forward(ones([4]), { seed: 1, stream: 7 }); // some of 2, some of 0
   */
  forward(x: Tensor, key?: RandomKey): Tensor {
    requireArity("Dropout.forward", arguments, 2);
    if (key !== undefined) return drop("Dropout", x, this.rate, key);
    requireTensors("Dropout", { x });
    return x;
  }
}
