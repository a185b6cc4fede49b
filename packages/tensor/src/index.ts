// The public surface of @x/tensor: that of core.ts, with the functions of tensors as methods too.
import "./methods.ts";

export * from "./core.ts";
