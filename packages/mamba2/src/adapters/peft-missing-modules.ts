// What an adapter's configuration names and its file does not hold: a part of a file may be missing.
import { ADAPTER_CONFIG } from "../checkpoint/file-names.ts";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { type AdaptableModule, modulesOf } from "./modules.ts";
import type { ReadAdapterConfig } from "./peft-config.ts";
import { isRefused, matches, withoutModule } from "./targets.ts";

/** How many names a sentence lists. */
const LISTED = 5;

/** What adapter_config.json says of modules of which the file holds nothing, as warnings. @param held modules whose pairs the file holds */
export function missingModules(
  model: Mamba2Config,
  { config, layers }: ReadAdapterConfig,
  layout: LayoutName,
  held: readonly AdaptableModule[],
): string[] {
  const { targets, exclude } = config;
  const named = modulesOf(model, layout).filter(
    (module) =>
      module.kind !== "experts" &&
      !isRefused(module, layout) &&
      (targets === "all-linear" ? module.plain : matches(module.name, targets)) &&
      !(exclude !== null && matches(module.name, exclude)),
  );
  const missing = layers ? [] : named.map(({ name }) => name).filter((name) => !held.some((one) => one.name === name));
  const more = missing.length > LISTED ? ", …" : "";
  const idle = (["rankPattern", "alphaPattern"] as const).flatMap((field) => withoutModule(config[field], held));
  return [
    ...(missing.length > 0
      ? [
          `adapter: the file holds no tensors of ${missing.length} of ${named.length} modules that ${ADAPTER_CONFIG} names, ${missing.slice(0, LISTED).join(", ")}${more}: these stay as the base has them.`,
        ]
      : []),
    ...(idle.length > 0
      ? [`adapter: patterns of ${ADAPTER_CONFIG} that name no module of the file: ${idle.slice(0, LISTED).join(", ")}.`]
      : []),
  ];
}
