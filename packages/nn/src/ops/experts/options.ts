// Options of the products of experts.
import { checkOptions, requireOptions, type Tensor } from "@x/tensor/core";
import type { ExpertGroups } from "./order.ts";

/** Options of `expertLinear` and `expertQuantizedLinear`. */
export interface ExpertLinearOptions {
  /** what `groupByExpert` makes of ids: each expert's weight is then read once for all of its tokens. For more than a few tokens. */
  readonly groups?: ExpertGroups | undefined;
  /** the ids are those of `expertRouting`, so that a GPU need not look whether each is an expert; default false */
  readonly routed?: boolean;
}

/** What both products of experts read. @throws ConfigError for an unknown option, or a `routed` that is no boolean */
export function groupsOf(
  op: string,
  options: ExpertLinearOptions,
): { readonly order: Tensor | undefined; readonly offsets: Tensor | undefined; readonly routed: boolean } {
  checkOptions<ExpertLinearOptions>(op, options, { groups: true, routed: "boolean" });
  const { groups, routed = false } = options;
  if (groups !== undefined) requireOptions(op, groups, "groups");
  return { order: groups?.order, offsets: groups?.offsets, routed };
}
