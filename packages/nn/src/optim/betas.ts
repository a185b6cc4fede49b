// The check of the decays of two moments, which several optimizers have.
import { ConfigError, requireArray, requireNumber } from "@x/tensor/core";

/** Raises unless `betas` are two numbers in [0, 1). @throws ConfigError that names them */
export function requireBetas(op: string, betas: unknown): void {
  requireArray(op, "betas", betas);
  const list = betas as readonly unknown[];
  if (list.length !== 2)
    throw new ConfigError(`${op}: betas must be two numbers; got ${list.length}.`, { field: "betas", got: betas });
  for (const beta of list)
    requireNumber(op, "betas", beta, "numbers of at least 0 and below 1", (value) => value >= 0 && value < 1);
}
