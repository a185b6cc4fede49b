// The exchange of a run's weights with their averages while something is done.
import { ConfigError } from "@x/tensor/core";
import type { Fit } from "./fit.ts";

/** Whether a model holds its averages now. */
export class AveragesInUse {
  #now = false;

  /** Does something while the model of `fit` holds the averages; the weights come back whatever happens. @throws ConfigError while something else does, and when the weights were written meanwhile */
  async during<T>(fit: Fit, use: () => T | Promise<T>): Promise<T> {
    if (this.#now)
      throw new ConfigError("train: withAverages() must not be called within another call of it.", { field: "run" });
    this.#now = true;
    fit.swapAverages();
    try {
      return await use();
    } finally {
      this.#now = false;
      if (!fit.disposed) fit.swapAverages(); // else they are back
    }
  }
}
