// The public surface of @x/mamba2.
export * from "./config.ts";
export * from "./dimensions.ts";
export * from "./presets.ts";
