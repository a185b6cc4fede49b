// Activation functions and their derivatives, as WGSL. They call functions of float-bits.ts and exponentials.ts.
import type { FunctionTable } from "./function-tables.ts";

/** Activation functions and their derivatives; {@link activationTables} has what they call too. */
export const activationFunctions: FunctionTable = {
  /** 1 / (1 + e^-x), by e^-|x| so that nothing overflows. */
  sigmoid: {
    uses: ["exp_falling", "is_nan", "or_nan"],
    wgsl: `fn sigmoid(x: f32) -> f32 {
  let e = exp_falling(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}`,
  },
  /** x · sigmoid(x); NaN at -∞, as in PyTorch. */
  silu: {
    uses: ["or_nan", "sigmoid"],
    wgsl: `fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }`,
  },
  /** Derivative of silu: s · (1 + x · (1 - s)) with s = sigmoid(x). */
  silu_gradient: {
    uses: ["sigmoid"],
    wgsl: `fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}`,
  },
  /** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), without overflow and with small results exact to rounding. */
  softplus: {
    uses: ["exp_falling", "is_nan", "log1p_near", "or_nan"],
    wgsl: `fn softplus(x: f32) -> f32 {
  return or_nan(max(x, 0.0) + log1p_near(exp_falling(-abs(x))), is_nan(x));
}`,
  },
  /** log(sigmoid(x)) = -softplus(-x) */
  log_sigmoid: { uses: ["softplus"], wgsl: `fn log_sigmoid(x: f32) -> f32 { return -softplus(-x); }` },
  /** tanh; the builtin overflows for large |x| on some implementations. Series below 0.4, relative error near 1e-6. */
  tanh_safe: {
    uses: ["is_nan", "or_nan"],
    wgsl: `fn tanh_safe(x: f32) -> f32 {
  let square = x * x;
  let series = x * (1.0 + square * (-0.33333333 + square * (0.13333333 + square * (-0.053968254 + square * (0.021869489 - square * 0.0088632355)))));
  let far = 1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0);
  return or_nan(select(select(far, -far, x < 0.0), series, abs(x) < 0.4), is_nan(x));
}`,
  },
  /** Error function: series below 0.5, else Abramowitz and Stegun 7.1.26; absolute error below 5e-7. */
  erf: {
    uses: ["is_nan", "or_nan"],
    wgsl: `fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return or_nan(select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5), is_nan(x));
}`,
  },
  /** 0.5 · x · (1 + erf(x / √2)) */
  gelu: { uses: ["erf"], wgsl: `fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }` },
  /** Derivative of gelu: Φ(x) + x · φ(x). */
  gelu_gradient: {
    uses: ["erf", "is_nan", "or_nan"],
    wgsl: `fn gelu_gradient(x: f32) -> f32 {
  let a = clamp(x, -12.0, 12.0);
  return or_nan(0.5 * (1.0 + erf(0.70710678 * a)) + a * 0.39894228 * exp(-0.5 * a * a), is_nan(x));
}`,
  },
  /** GELU by tanh, as some checkpoints want it. */
  gelu_tanh: {
    uses: ["tanh_safe"],
    wgsl: `fn gelu_tanh(x: f32) -> f32 {
  let a = clamp(x, -100.0, 100.0);
  return 0.5 * x * (1.0 + tanh_safe(0.79788456 * (a + 0.044715 * a * a * a)));
}`,
  },
};
