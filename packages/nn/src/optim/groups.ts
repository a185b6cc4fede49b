// Parameter groups: each parameter goes to the first optimizer that takes it, for learning rates, decays and methods of their own.
import { describeValue } from "@x/base";
import {
  checkOptions,
  ConfigError,
  requireArity,
  requireArray,
  requireMethods,
  requireOptions,
  slice,
  strict,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import type { Optimizer, Trainable } from "./optimizer.ts";
import { ownSteps } from "./own-steps.ts";
import { requireOwnMemory, requireTrainables } from "./state.ts";

/** A part of the parameters and what updates it. */
export interface ParameterGroup {
  /** which parameters, of those that no group before has taken: by path, or by anything a parameter says; default all */
  readonly match?: RegExp | ((parameter: Trainable) => boolean);
  readonly optimizer: Optimizer;
  /** whether weight decay applies, in place of what the parameters say */
  readonly decay?: boolean;
}

/** A parameter that says something else about decay; its value is whatever the parameter's is at the moment. */
function decaying(parameter: Trainable, decay: boolean): Trainable {
  return {
    path: parameter.path,
    decay,
    ...(parameter.role !== undefined && { role: parameter.role }),
    get value() {
      return parameter.value;
    },
  };
}

/** Positions of the parameters of each group. @throws ConfigError when a parameter has no group, or a group no parameter */
function divide(groups: readonly ParameterGroup[], parameters: readonly Trainable[]): number[][] {
  const members = groups.map((): number[] => []);
  for (const [i, parameter] of parameters.entries()) {
    const index = groups.findIndex(({ match }) =>
      match === undefined ? true : typeof match === "function" ? match(parameter) : parameter.path.search(match) >= 0,
    );
    if (index < 0)
      throw new ConfigError(
        `groups: every parameter must be in a group; ${parameter.path} matches none of ${groups.length}. Let the last group have no match.`,
        { field: "groups", got: parameter.path },
      );
    members[index]!.push(i);
  }
  const empty = members.findIndex(({ length }) => length === 0);
  if (empty >= 0)
    throw new ConfigError(
      `groups: every group must match a parameter; groups[${empty}] matches none of the ${parameters.length} that are left to it.`,
      { field: `groups[${empty}]` },
    );
  return members;
}

function requireGroups(groups: readonly ParameterGroup[]): void {
  requireArray("groups", "groups", groups);
  if (groups.length === 0)
    throw new ConfigError("groups: there must be at least 1 group; got none.", { field: "groups" });
  for (const [i, group] of groups.entries()) {
    requireOptions("groups", group, `groups[${i}]`);
    checkOptions("groups", group, { match: true, optimizer: true, decay: "boolean" });
    requireMethods("groups", `groups[${i}].optimizer`, group.optimizer, "an optimizer", ["init", "hyper", "update"]);
    const { match, decay } = group;
    if (match !== undefined && typeof match !== "function" && !(match instanceof RegExp))
      throw new ConfigError(
        `groups: groups[${i}].match must be a regular expression or a function; got ${describeValue(match)}.`,
        { field: "match", got: match },
      );
    if (decay !== undefined && typeof decay !== "boolean")
      throw new ConfigError(`groups: groups[${i}].decay must be true or false; got ${describeValue(decay)}.`, {
        field: "decay",
        got: decay,
      });
  }
}

/**
 * One optimizer of several, each for its own parameters: learning rates, weight decay and methods by name or predicate. Transforms before it in {@link chain} see
 * the gradients of all groups together.
 *
 * @param groups in order: a parameter belongs to the first that matches it
 * @throws ConfigError for something that is no group; `init` and `update` when a parameter has no group or a group no parameter
 * @example
 * const optimizer = chain(
 *   clipByGlobalNorm(1),
 *   groups([
 *     { match: /embedding/, optimizer: adamw({ lr: 1e-3 }), decay: false },
 *     { optimizer: adamw({ lr: 3e-4, weightDecay: 0.1 }) },
 *   ]),
 * );
 */
export function groups(groups: readonly ParameterGroup[]): Optimizer {
  requireArity("groups", arguments, 1);
  requireGroups(groups);
  const divided = (parameters: readonly Trainable[]): Trainable[][] =>
    divide(groups, parameters).map((indices, g) => {
      const { decay } = groups[g]!;
      const own = indices.map((i) => parameters[i]!);
      return decay === undefined ? own : own.map((parameter) => decaying(parameter, decay));
    });
  return strict("groups", {
    init(parameters) {
      requireTrainables("groups", parameters);
      requireOwnMemory("groups", parameters);
      const states = divided(parameters).map((own, g) => groups[g]!.optimizer.init(own));
      return { step: 0, tensors: Object.assign({}, ...states.map(({ tensors }) => tensors)) as Record<string, Tensor> };
    },
    hyper(step, own) {
      const parts = groups.map(({ optimizer }) => optimizer.hyper(step, own));
      return Float32Array.from(parts.flatMap((part) => [...part]));
    },
    update({ parameters, all = parameters, grads, hyper, ...call }) {
      const gradOf = new Map(parameters.map(({ path }, i) => [path, grads[i]!]));
      const steps = ownSteps(call.state);
      let start = 0;
      for (const [g, own] of divided(all).entries()) {
        const end = start + groups[g]!.optimizer.hyper(0, steps).length;
        const part: readonly [number, number] = [start, end];
        tidy(() => {
          groups[g]!.optimizer.update({
            ...call,
            parameters: own.filter(({ path }) => gradOf.has(path)),
            all: own,
            grads: own.flatMap(({ path }) => gradOf.get(path) ?? []),
            hyper: slice(hyper, 0, ...part),
          });
        });
        start = end;
      }
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
