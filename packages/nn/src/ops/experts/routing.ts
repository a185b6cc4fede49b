// Which experts a token goes to, and with which weights.
import { type ExpertRoutingSpec, expertsWasm } from "@x/kernels-wasm";
import { experts as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  arange,
  cast,
  checkOptions,
  ConfigError,
  definePrimitive,
  div,
  eq,
  gather,
  mul,
  opScope,
  type Primitive,
  requireArity,
  requireCount,
  requireDType,
  requireFlag,
  requireNumber,
  reshape,
  ShapeError,
  sigmoid,
  sizeOf,
  softmax,
  type Spec,
  sum,
  type Tensor,
  tidy,
  topk,
  vjp,
  where,
} from "@x/tensor/core";
import { requireChoice } from "../../layers/feed-forward.ts";
import { checkSpec } from "../norm-checks.ts";
import { routingCases } from "./cases.ts";
import type { ExpertRoutingParams } from "./spec.ts";

/** Options of {@link expertRouting}. */
export interface ExpertRoutingOptions extends Partial<Omit<ExpertRoutingParams, "perToken">> {
  /** `[e]`, added to the sigmoids for the choice alone; only with sigmoid routing */
  readonly correction?: Tensor | undefined;
}

/** Parameters of a routing over `experts` experts, checked. @throws ConfigError in the name of `op` */
export function routingParams(
  op: string,
  experts: number,
  given: Partial<ExpertRoutingParams> & { readonly perToken: number },
): ExpertRoutingParams {
  const { perToken, routing = "softmax", normalize = true, scale = 1, groups = 1, topGroups = 1 } = given;
  requireCount(op, "perToken", perToken, 1, experts);
  requireChoice(op, "routing", routing, ["softmax", "sigmoid"]);
  requireFlag(op, "normalize", normalize);
  requireNumber(op, "scale", scale);
  requireCount(op, "groups", groups, 1);
  requireCount(op, "topGroups", topGroups, 1, groups);
  const refuse = (field: string, must: string, got: unknown): never => {
    throw new ConfigError(`${op}: ${field} must be ${must}; got ${String(got)}.`, { op, field, got });
  };
  if (groups > 1 && routing !== "sigmoid") refuse("groups", "1 with softmax routing", groups);
  if (experts % groups !== 0 || (groups > 1 && experts / groups < 2))
    refuse("groups", `a divisor of the ${experts} experts that leaves at least 2 in a group`, groups);
  if (topGroups * (experts / groups) < perToken)
    refuse("topGroups", `enough groups of ${experts / groups} experts for perToken, ${perToken}`, topGroups);
  return { perToken, routing, normalize, scale, groups, topGroups };
}

/** What the choice goes by: logits, or sigmoids plus the correction; −∞ outside of the chosen groups. `[t, e]` */
function choiceScores(logits: Tensor, correction: Tensor | undefined, p: ExpertRoutingParams): Tensor {
  const scores = p.routing === "sigmoid" ? sigmoid(logits) : logits;
  const choice = correction ? add(scores, correction) : scores;
  if (p.groups === 1) return choice;
  const [t, e] = logits.shape as [number, number];
  const grouped = reshape(choice, [t, p.groups, e / p.groups]);
  const best = topk(sum(topk(grouped, 2).values, -1), p.topGroups).indices; // [t, topGroups]
  const groups = arange(0, p.groups, 1, { dtype: "i32", device: logits.device });
  const kept = sum(cast(eq(reshape(best, [t, p.topGroups, 1]), groups), "i32"), 1); // i32 [t, groups]
  return reshape(where(reshape(eq(kept, 1), [t, p.groups, 1]), grouped, -Infinity), [t, e]);
}

/** Weights of the experts `ids` of each token: `[t, k]`. */
function weightsOf(logits: Tensor, ids: Tensor, { routing, normalize, scale }: ExpertRoutingParams): Tensor {
  const scaled = (weights: Tensor): Tensor => (scale === 1 ? weights : mul(weights, scale));
  if (routing === "softmax")
    return scaled(normalize ? softmax(gather(logits, 1, ids), -1) : gather(softmax(logits, -1), 1, ids));
  const scores = sigmoid(gather(logits, 1, ids));
  return scaled(normalize ? div(scores, add(sum(scores, -1, { keepDims: true }), 1e-20)) : scores);
}

/** How many experts logits [t, e] are of. */
function expertsOf({ shape }: Spec, least = 1): number {
  if (shape.length === 2 && shape[1]! >= least) return shape[1]!;
  throw ShapeError.must("expertRouting", "logits", `be [t, e] of at least ${least} experts`, shape);
}

function checkRouting(logits: Spec, correction: Spec | undefined, p: ExpertRoutingParams): void {
  requireDType("expertRouting", "logits", logits.dtype, ["f32", "f64"]);
  expertsOf(logits, p.perToken);
  if (correction) checkSpec("expertRouting", "correction", correction, [logits.shape[1]!], logits.dtype);
}

function specOf({ shape }: Spec, correction: Spec | undefined, p: ExpertRoutingParams): ExpertRoutingSpec {
  return { rows: shape[0]!, experts: shape[1]!, ...p, correction: correction !== undefined };
}

/**
 * ids [t, k]: the experts of largest logit, or of largest sigmoid plus correction within the chosen groups, those of equal ones that come first; a group counts as
 * much as its two best. weights [t, k]: softmax of the logits over these k (over all without `normalize`), or the sigmoids (divided by their sum), times `scale`.
 */
export const expertRoutingPrimitive: Primitive<"logits", "correction", "ids" | "weights", ExpertRoutingParams> =
  definePrimitive({
    name: "expert_routing",
    inputs: ["logits"],
    optional: ["correction"],
    outputs: ["ids", "weights"],
    infer({ logits, correction }, p: ExpertRoutingParams) {
      checkRouting(logits, correction, p);
      const shape = [logits.shape[0]!, p.perToken];
      return { ids: { shape, dtype: "i32" }, weights: { shape, dtype: logits.dtype } };
    },
    reference({ logits, correction }, p) {
      const ids = topk(choiceScores(logits, correction, p), p.perToken).indices;
      return { ids, weights: weightsOf(logits, ids, p) };
    },
    // The choice itself has no gradient.
    vjp: ({ x: { logits }, y: { ids }, grad: { weights }, p, needs }) => ({
      logits:
        weights && needs("logits") ? vjp(() => [weightsOf(logits, ids, p)], [logits], [weights]).grads[0] : undefined,
    }),
    webgpu: ({ logits, correction }, p, caps) => kernels.routing(specOf(logits, correction, p), caps),
    wasm: ({ logits, correction }, p) => expertsWasm.routing(specOf(logits, correction, p)),
    cases: routingCases,
    cost: ({ logits }, { perToken }) => ({
      flops: perToken * sizeOf(logits.shape),
      bytes: 4 * sizeOf(logits.shape) + 8 * logits.shape[0]! * perToken,
    }),
  });

/**
 * The `perToken` experts of every token and their weights. With softmax routing the experts of largest logit, weighted by the softmax over these (over all experts
 * without `normalize`). With sigmoid routing those of largest `sigmoid(logits) + correction`, weighted by their sigmoids, divided by their sum where `normalize`;
 * `groups` of neighbouring experts compete first, by the sum of their two best, and `topGroups` of them are kept. Weights are multiplied by `scale`. Of equal
 * experts and groups those of lower index are taken, and NaN counts as larger than any number.
 *
 * @param logits `[t, e]`, f32 (f64 on the CPU)
 * @param perToken k, from 1 to e
 * @returns `ids` `[t, k]`, i32, best first, and `weights` `[t, k]`, of the dtype of logits; gradients flow from weights to logits
 * @throws ShapeError, DTypeError when the tensors do not fit; ConfigError for options that do not
 * @example
 * const { ids, weights } = expertRouting(tensor([[0, 2, 1]]), 2); // [[1, 2]], [[0.731, 0.269]]
 */
export function expertRouting(
  logits: Tensor,
  perToken: number,
  options: ExpertRoutingOptions = {},
): { readonly ids: Tensor; readonly weights: Tensor } {
  requireArity("expertRouting", arguments, 3);
  checkOptions<ExpertRoutingOptions>("expertRouting", options, {
    routing: true,
    normalize: "boolean",
    scale: true,
    groups: true,
    topGroups: true,
    correction: true,
  });
  const { correction, ...params } = options;
  return opScope(
    "expertRouting",
    { logits },
    () => {
      const experts = expertsOf(logits);
      const p = routingParams("expertRouting", experts, { ...params, perToken });
      if (correction && p.routing === "softmax")
        throw new ConfigError("expertRouting: correction must be left out with softmax routing; got a tensor.", {
          op: "expertRouting",
          field: "correction",
        });
      return tidy(() => apply(expertRoutingPrimitive, { logits, correction }, p));
    },
    { correction },
  );
}
