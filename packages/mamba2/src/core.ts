// "@x/mamba2/core": the model alone, for a page that counts its bytes. Layers of mixers and MLPs; attention, experts and the loss come with "@x/mamba2", or (but
// the loss) with a checkpoint that has them. What a method needs beside the model (files, layouts, generation, chat) is loaded when it is called.
export type { Mamba2Config, Mamba2Fields } from "./config/config.ts";
export { DEFAULT_CONFIG, mamba2Config } from "./config/config.ts";
export * from "./model/model.ts";
export type { ForwardOptions, LossOptions, Mamba2LMOptions, PrefillOptions, TokenIds } from "./model/model-options.ts";
export * from "./config/presets.ts";
export type { LayerState, MixerState } from "./state/state.ts";
export { State } from "./state/state.ts";
