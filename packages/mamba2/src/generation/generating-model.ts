// What generation needs of a model.
import type { Device, Tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { LayerState } from "../state/layer-state.ts";
import type { State } from "../state/state.ts";

/** What generation needs of a model. */
export interface GeneratingModel {
  readonly config: Mamba2Config;
  readonly device: Device;
  /** @param options `lengths`: of each row how many tokens count, where they differ; padding is behind them */
  prefill(
    ids: readonly (readonly number[])[],
    options: { readonly state?: State; readonly logitsToKeep?: number; readonly lengths?: readonly number[] },
  ): { readonly logits: Tensor; readonly state: State };
  /** What tells it from every model that computes something else: files of states say it. One that has no such text is not compared. */
  identity?(): Promise<string>;
  /** Loads what {@link GeneratingModel.stepLayers} needs and the page has not got yet; called before the first step. */
  loadSteps?(): Promise<void>;
  /** `positions` are those of a state that has them; what comes back is of the state after the tokens. */
  stepLayers(
    ids: Tensor,
    layers: readonly LayerState[],
    positions?: Tensor,
  ): { readonly logits: Tensor; readonly layers: LayerState[]; readonly positions?: Tensor };
}
