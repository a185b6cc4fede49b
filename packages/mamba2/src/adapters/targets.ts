// Which modules an adapter changes, and by how much: PEFT's rules over the names of modules.
import { ConfigError } from "@x/tensor/core";
import type { LayoutName } from "../families/family.ts";
import { type AdapterConfig, type ModuleNames, type NumberPattern, scaleOf } from "./config.ts";
import type { AdaptableModule } from "./modules.ts";

/** A module, and the pair that it gets. */
export interface Target {
  readonly module: AdaptableModule;
  readonly rank: number;
  /** α/r, or α/√r */
  readonly scale: number;
}

/** Layouts of transformers' models whose fused kernels read weights past an adapter, and the modules that PEFT therefore refuses in them. */
const REFUSING: readonly LayoutName[] = ["hf", "falcon_h1", "nemotron_h"];
const REFUSED = /(?:^|\.)(?:out_proj|conv1d)$/;

/** Whether PEFT refuses an adapter of a module. */
export function isRefused({ name, kind }: AdaptableModule, layout: LayoutName): boolean {
  return (REFUSING.includes(layout) && REFUSED.test(name)) || kind === "conv";
}

/**
 * The modules that a configuration names, each with its rank and scale.
 *
 * @throws ConfigError that says which name matches no module, and for DoRA or dropout of modules that have neither
 */
export function targetsOf(
  op: string,
  config: AdapterConfig,
  modules: readonly AdaptableModule[],
  layout: LayoutName,
): readonly Target[] {
  const { targets, exclude } = config;
  const chosen = modules.filter(
    (module) =>
      (targets === "all-linear" ? module.plain && !isRefused(module, layout) : matches(module.name, targets)) &&
      !(exclude !== null && matches(module.name, exclude)),
  );
  const idle =
    typeof targets === "string" ? [] : targets.filter((name) => !modules.some((one) => named(one.name, name)));
  if (chosen.length === 0 || idle.length > 0) {
    const known = [...new Set(modules.map(({ name }) => name.split(".").at(-1)))].join(", ");
    throw new ConfigError(
      `${op}: targets must name modules of the model, which end in ${known}; got ${JSON.stringify(idle.length > 0 ? idle : targets)}, which matches none.`,
      { op, field: "targets", got: targets },
    );
  }
  const excludes = exclude === null ? [] : typeof exclude === "string" ? [exclude] : exclude;
  const without = excludes.filter((name) => {
    const names = typeof exclude === "string" ? matches : named;
    return !modules.some((one) => names(one.name, name));
  });
  for (const [field, names] of Object.entries({
    exclude: without,
    rankPattern: withoutModule(config.rankPattern, chosen),
    alphaPattern: withoutModule(config.alphaPattern, chosen),
  })) {
    if (names.length === 0) continue;
    throw new ConfigError(
      `${op}: ${field} must name modules${field === "exclude" ? " of the model" : " that the adapter changes"}; got ${JSON.stringify(names)}, which matches none.`,
      { op, field, got: names },
    );
  }
  for (const { name, kind } of chosen) {
    const field = config.dora ? "dora" : config.dropout > 0 ? "dropout" : undefined;
    if (kind === "linear" || field === undefined) continue;
    throw new ConfigError(
      `${op}: ${field} must be off for ${name}, which is no linear layer; got ${String(config[field])}.`,
      {
        op,
        field,
        got: config[field],
      },
    );
  }
  return chosen.map((module) => targetOf(config, module));
}

/** A module with the rank and scale that a configuration gives it. */
export function targetOf(config: AdapterConfig, module: AdaptableModule): Target {
  const rank = patterned(config.rankPattern, module.name) ?? config.rank;
  const alpha = patterned(config.alphaPattern, module.name) ?? config.alpha;
  return { module, rank, scale: scaleOf(config, rank, alpha) };
}

function patterned(pattern: NumberPattern, name: string): number | undefined {
  const key = Object.keys(pattern).find((one) => isPatternOf(one, name));
  return key === undefined ? undefined : pattern[key];
}

const isPatternOf = (key: string, name: string): boolean => new RegExp(`^(?:.*\\.)?(?:${key})$`).test(name);

/** Keys of a pattern that name none of the modules: what they say would be left out. */
export function withoutModule(pattern: NumberPattern, modules: readonly AdaptableModule[]): string[] {
  return Object.keys(pattern).filter((key) => !modules.some(({ name }) => isPatternOf(key, name)));
}

/** Whether names are a module's. */
export function matches(name: string, names: ModuleNames): boolean {
  if (typeof names === "string") return new RegExp(`^(?:${names})$`).test(name);
  return names.some((one) => named(name, one));
}

function named(name: string, one: string): boolean {
  return name === one || name.endsWith(`.${one}`);
}
