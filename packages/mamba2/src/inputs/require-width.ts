// What parts of a model raise about an input of another width.
import { describeValue } from "@x/base";
import { ShapeError, Tensor } from "@x/tensor/core";

/** Raises unless a tensor has `rank` axes, of which the last is as wide as the model. */
export function requireWidth(op: string, name: string, x: Tensor, must: string, rank: number, dModel: number): void {
  if (!(x instanceof Tensor))
    throw new ShapeError(`${op}: ${name} must be a tensor ${must}; got ${describeValue(x)}.`, { op, got: x });
  if (x.shape.length === rank && x.shape.at(-1) === dModel) return;
  throw ShapeError.must(op, name, `be ${must} with d = ${dModel}`, x.shape, dModel);
}
