// Adapters of a model: added, switched, removed. The base is frozen while it has any, and is never copied.
import { describeValue } from "@x/base";
import { type Parameter, QuantizedParameter } from "@x/nn/core";
import { ConfigError, dequantize, requireArity, requireInstance, slice, tidy } from "@x/tensor/core";
import { Mamba2LM } from "../model/model.ts";
import { type AdaptedBase, Adapter } from "./adapter.ts";
import { type AdapterOptions, adapterConfig } from "./config.ts";
import { adapterLayout, modulesOf, rangeOf } from "./modules.ts";
import { slotsOf } from "./slots.ts";
import { targetsOf } from "./targets.ts";

/** Parameters of models that their adapters have frozen. */
const frozenBy = new WeakMap<Mamba2LM, readonly Parameter[]>();

/**
 * Makes a low-rank adapter of a model, attaches it and makes it the one in use: each module W that it names then computes `x·Wᵀ + α/r · (x·Aᵀ)·Bᵀ` with A `[r, in]` drawn and
 * B `[out, r]` 0 at first. The model's own parameters are frozen, so that `model.parameters()` are the adapter's, f32 (f64 of f64): training makes neither gradients nor moments of
 * the base, which may be stored in 16, 8 or 4 bits.
 *
 * @throws ConfigError for an unknown option or one out of range, for targets that name no module, and for a name that the model has an adapter of
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const adapter = addAdapter(model, { rank: 4, targets: ["in_proj"] });
 * const { loss } = await trainer(model, adamw({ lr: 1e-3 }), ({ x, y }) => model.loss(x, y)).step(randomBatches({ tokens: new Uint8Array(99), batch: 2, length: 8 }).at(0));
 */
export function addAdapter(model: Mamba2LM, options: AdapterOptions = {}): Adapter {
  requireArity("addAdapter", arguments, 2);
  requireModel("addAdapter", model);
  const config = adapterConfig("addAdapter", options);
  const { name = "default", seed = 0, layout = adapterLayout(model.config) } = options;
  const targets = targetsOf("addAdapter", config, modulesOf(model.config, layout), layout);
  requireFree("addAdapter", model, name);
  const adapter = new Adapter(baseOf(model), { name, config, layout, targets, seed });
  if (config.dora) measure(adapter, model);
  adopt("addAdapter", model, adapter);
  return adapter;
}

/** A model as what an adapter is of. */
export function baseOf({ config, device, embedding }: Mamba2LM): AdaptedBase {
  return { config, device, dtype: embedding.weight.value.dtype === "f64" ? "f64" : "f32" };
}

/** Adds an adapter of a model to it and makes it the one in use. */
export function adopt(op: string, model: Mamba2LM, adapter: Adapter): void {
  requireFree(op, model, adapter.name);
  freeze(model);
  model.adapters = [...model.adapters, adapter];
  useAdapter(model, adapter);
}

/** Raises while an adapter is merged into a model, and for the name of one that it has. */
function requireFree(op: string, model: Mamba2LM, name: string): void {
  requireUnmerged(op, model);
  if (!adaptersOf(model).some((other) => other.name === name)) return;
  throw new ConfigError(
    `${op}: name must be that of no other adapter of the model; got ${describeValue(name)}, which it has. Remove that one, or give another name.`,
    { op, field: "name", got: name },
  );
}

/** The magnitudes that DoRA begins from: the norms of the rows of the base. */
function measure({ modules }: Adapter, model: Mamba2LM): void {
  const slots = slotsOf(model);
  for (const { module, pair } of modules) {
    const { weight } = slots.get(module.parameter)!;
    tidy(() => {
      const whole = weight instanceof QuantizedParameter ? dequantize(weight.value) : weight.value;
      pair.measure(slice(whole, 0, ...rangeOf(module)));
    });
  }
}

/**
 * The adapters of a model, in the order in which they were added.
 *
 * @throws ConfigError unless `model` is a Mamba2LM
 * @example
 * console.log(adaptersOf(new Mamba2LM(preset("tiny"))).length); // 0
 */
export function adaptersOf(model: Mamba2LM): readonly Adapter[] {
  requireArity("adaptersOf", arguments, 1);
  requireModel("adaptersOf", model);
  return model.adapters as readonly Adapter[];
}

/**
 * Switches a model to one of its adapters, or to none. Nothing is copied; captured steps of generation and training see it. The base stays frozen.
 *
 * @throws ConfigError for an adapter that the model has not, and while one is merged
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const poet = addAdapter(model, { name: "poet" });
 * addAdapter(model, { name: "coder" });
 * useAdapter(model, poet);
 * useAdapter(model, null); // the base alone
 */
export function useAdapter(model: Mamba2LM, adapter: Adapter | null): void {
  requireArity("useAdapter", arguments, 2);
  if (adapter === null) requireModel("useAdapter", model);
  else requireOwn("useAdapter", model, adapter);
  requireUnmerged("useAdapter", model);
  attach(model, adapter);
}

/** Detaches the current adapter and attaches this one. */
export function attach(model: Mamba2LM, adapter: Adapter | null): void {
  const slots = slotsOf(model);
  for (const slot of slots.values()) slot.attach(undefined);
  for (const weight of adapter?.weights ?? []) slots.get(weight.path)!.attach(weight.adapter);
  for (const other of adaptersOf(model)) {
    other.active = other === adapter;
    for (const { pair } of other.modules)
      for (const parameter of [pair.a, pair.b, pair.magnitude]) if (parameter) parameter.frozen = !other.active;
  }
}

/**
 * Removes an adapter from its model and frees its memory. After the last one the model's own parameters can be trained again; what a merged one has changed stays changed.
 *
 * @throws ConfigError for an adapter that the model has not
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * removeAdapter(model, addAdapter(model));
 * console.log(model.parameters().length === model.baseParameters().length); // true
 */
export function removeAdapter(model: Mamba2LM, adapter: Adapter): void {
  requireArity("removeAdapter", arguments, 2);
  requireOwn("removeAdapter", model, adapter);
  model.adapters = adaptersOf(model).filter((one) => one !== adapter);
  if (adapter.active) attach(model, null);
  adapter.dispose();
  adapter.active = false;
  if (model.adapters.length > 0) return;
  for (const parameter of frozenBy.get(model) ?? []) parameter.frozen = false;
  frozenBy.delete(model);
}

function freeze(model: Mamba2LM): void {
  if (frozenBy.has(model)) return;
  const free = model.baseParameters().filter(({ frozen }) => !frozen);
  for (const parameter of free) parameter.frozen = true;
  frozenBy.set(model, free);
}

/** @throws ConfigError unless `model` is a Mamba2LM */
export function requireModel(op: string, model: unknown): asserts model is Mamba2LM {
  requireInstance(op, "model", model, Mamba2LM, "a Mamba2LM");
}

/** @throws ConfigError unless `adapter` is one of the model's */
export function requireOwn(op: string, model: Mamba2LM, adapter: Adapter): void {
  requireModel(op, model);
  requireInstance(op, "adapter", adapter, Adapter, "an Adapter");
  if (model.adapters.includes(adapter)) return;
  throw new ConfigError(
    `${op}: adapter must be one of the model's, ${
      model.adapters.length === 0
        ? "which has none"
        : adaptersOf(model)
            .map(({ name }) => describeValue(name))
            .join(", ")
    }; got another, ${describeValue(adapter.name)}.`,
    { op, field: "adapter", got: adapter.name },
  );
}

/** @throws ConfigError while an adapter is merged into the model */
export function requireUnmerged(op: string, model: Mamba2LM): void {
  const merged = mergedInto(model);
  if (!merged) return;
  throw new ConfigError(
    `${op}: no adapter must be merged into the model; ${describeValue(merged.name)} is. Call unmergeAdapter, or removeAdapter to keep what it has changed.`,
    { op, field: "model", got: merged.name },
  );
}

/** The adapter that is merged into a model. */
export function mergedInto(model: Mamba2LM): Adapter | undefined {
  return adaptersOf(model).find(({ originals }) => originals.length > 0);
}
