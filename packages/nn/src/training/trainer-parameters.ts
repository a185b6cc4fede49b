// What a trainer refuses: other parameters than those of its state, that do not live, lie elsewhere or share memory; losses that reach none; numbers that are not finite.
import { ConfigError, type Device, DeviceError, DisposedError, type Tensor } from "@x/tensor/core";
import type { Reached } from "../optim/own-steps.ts";
import { requireOwnMemory } from "../optim/state.ts";
import type { Parameter } from "../module/parameter.ts";

/**
 * Raises unless a model's parameters `now` are those of the state, `known`, not disposed of, on the device of the state, no two of them one tensor. At every step: the memory is
 * looked at only where a value is another than at the call before.
 */
export function parametersCheck(known: readonly Parameter[], device: Device): (now: readonly Parameter[]) => void {
  let seen: readonly Tensor[] = [];
  return (now) => {
    if (now.length !== known.length || now.some((parameter, i) => parameter !== known[i])) requireSame(known, now);
    const values = known.map(({ value }) => value);
    for (const [i, value] of values.entries()) requireUsable(known[i]!.path, value, device);
    if (values.every((value, i) => value === seen[i])) return;
    requireOwnMemory("trainer", known);
    seen = values;
  };
}

function requireSame(known: readonly Parameter[], now: readonly Parameter[]): void {
  const [gone, added] = [without(known, now), without(now, known)];
  if (gone.length + added.length === 0) return;
  const changes = [gone.length > 0 && `lost ${gone.join(", ")}`, added.length > 0 && `got ${added.join(", ")}`]
    .filter(Boolean)
    .join(" and ");
  throw new ConfigError(
    `trainer: the model must have the ${known.length} parameters that the optimizer's state is of; since then it ${changes}. Make a new trainer.`,
    { field: "model" },
  );
}

function requireUsable(path: string, value: Tensor, device: Device): void {
  if (value.disposed)
    throw new DisposedError(`trainer: the parameters must live; the value of ${path} was disposed of.`, {
      shape: value.shape,
    });
  if (value.device === device) return;
  throw new DeviceError(
    `trainer: the parameters must lie on ${device.description}, where the optimizer's state is; ${path} lies on ${value.device.description}. ` +
      "Make a new trainer, or move the model back with to(device).",
    { device: value.device.kind },
  );
}

/** Raises where a loss reaches no parameter, so that nothing would be trained. */
export function requireReached(parameters: readonly Parameter[], reached: Reached): void {
  if (reached.some(Boolean)) return;
  throw new ConfigError(
    `trainer: the loss must depend on a parameter of the model; none of ${parameters.length} gets a gradient, ${parameters[0]!.path} among them. Compute it with that model, not with a copy or in noGrad.`,
    { field: "lossFn" },
  );
}

/** Raises where a number of a step is NaN or infinite. */
export function requireFinite(step: number, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [what, got] of Object.entries(numbers))
    if (got !== undefined && !Number.isFinite(got))
      throw new ConfigError(
        `trainer: the ${what} must stay finite; it was ${got} at step ${step}, whose update the parameters have taken. Go back to saved values, and lower lr or look at the data; allowNonFinite lets it pass.`,
        { field: "lr", got },
      );
}

/** Paths of the parameters that `others` has not. */
function without(parameters: readonly Parameter[], others: readonly Parameter[]): string[] {
  const known = new Set(others);
  const missing = parameters.filter((parameter) => !known.has(parameter)).map(({ path }) => path);
  return missing.length > 4 ? [...missing.slice(0, 3), `${missing.length - 3} more`] : missing;
}
