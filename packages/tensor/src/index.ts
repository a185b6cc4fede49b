// The public surface of @x/tensor.
export * from "./errors.ts";
export * from "./half.ts";
export * from "./host-random.ts";
export * from "./json.ts";
export * from "./safetensors.ts";
export type { RandomKey } from "./threefry.ts";
export { keyWords, threefry2x32, uniformFromBits } from "./threefry.ts";
