// Every layout by its name.
import { ConfigError, requireArity } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import { bambaLayout } from "./bamba.ts";
import { falconLayout } from "./falcon-h1.ts";
import { codestralLayout } from "./codestral.ts";
import type { CheckpointLayout, LayoutName } from "./family.ts";
import { flaLayout } from "./fla.ts";
import { graniteLayout } from "./granite.ts";
import { hfLayout } from "./hf.ts";
import { nemotronLayout } from "./nemotron-h.ts";
import { officialLayout } from "./official.ts";
import { ownLayout } from "./own.ts";

/** Every checkpoint layout that can be read or written, by name. */
export const LAYOUTS: Readonly<Record<LayoutName, CheckpointLayout>> = Object.freeze({
  official: officialLayout,
  hf: hfLayout,
  fla: flaLayout,
  codestral: codestralLayout,
  falcon_h1: falconLayout,
  granitemoehybrid: graniteLayout,
  bamba: bambaLayout,
  nemotron_h: nemotronLayout,
  own: ownLayout,
});

export const LAYOUT_NAMES: readonly LayoutName[] = Object.keys(LAYOUTS) as LayoutName[];

/**
 * The layout of a name.
 *
 * @throws ConfigError when there is none
 * @example
 * console.log(layoutNamed("bamba").embeddingName); // model.embed_tokens.weight
 */
export function layoutNamed(name: LayoutName): CheckpointLayout {
  requireArity("layoutNamed", arguments, 1);
  if (Object.hasOwn(LAYOUTS, name)) return LAYOUTS[name];
  throw ConfigError.must("checkpoint", "layout", `be one of ${LAYOUT_NAMES.join(", ")}`, name);
}

/** Whether a layout can hold a model. */
export function canHold(layout: LayoutName, config: Mamba2Config): boolean {
  try {
    LAYOUTS[layout].writeConfig(config);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** Where a model with layers of its own is kept unless told otherwise: layouts that most programs read come first. */
const PREFERRED: readonly LayoutName[] = ["falcon_h1", "bamba", "granitemoehybrid", "official", "nemotron_h"];

/**
 * The layout that a model is saved in unless told otherwise: the official one for plain Mamba-2 (`layers` null), else the first that can hold it of Falcon-H1's, Bamba's, Granite's, the
 * official and Nemotron-H's, else "own", which can hold each.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * console.log(layoutFor(preset("tiny")), layoutFor(preset("bamba-9b"))); // official bamba
 */
export function layoutFor(config: Mamba2Config): LayoutName {
  requireArity("layoutFor", arguments, 1);
  requireConfig("layoutFor", config);
  if (!config.layers) return "official";
  return PREFERRED.find((name) => canHold(name, config)) ?? "own";
}
