// Merging: an adapter's change written into the base, and taken out of it again.
import { Parameter, type StoredDType } from "@x/nn/core";
import { cast, ConfigError, requireArity, tidy } from "@x/tensor/core";
import type { Mamba2LM } from "../model/model.ts";
import type { Adapter } from "./adapter.ts";
import { attach, mergedInto, requireModel, requireOwn, requireUnmerged } from "./attach.ts";
import { slotsOf } from "./slots.ts";

/** Of the values that a merged adapter keeps: in which type checkpoints held them, and the revision of the weight that has their place. */
const kept = new WeakMap<Parameter, { readonly storedAs: StoredDType; readonly revision: number }>();

/**
 * Writes an adapter's change into the base, `W + α/r · B·A` (with DoRA the resulting weight), rounded to the weight's dtype, and detaches the adapter. The weights that were
 * there are kept on the device, for {@link unmergeAdapter}, until {@link removeAdapter}.
 *
 * @throws ConfigError for an adapter that the model has not, while one is merged, for weights of integers, and for the embedding of a model whose head it is
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const adapter = addAdapter(model);
 * mergeAdapter(model, adapter);
 * const { files } = await model.save(); // of the model with its adapter
 */
export function mergeAdapter(model: Mamba2LM, adapter: Adapter): void {
  requireArity("mergeAdapter", arguments, 2);
  requireOwn("mergeAdapter", model, adapter);
  requireUnmerged("mergeAdapter", model);
  const slots = slotsOf(model);
  requireMergeable(adapter, (path) => {
    const { weight } = slots.get(path)!;
    return weight instanceof Parameter ? undefined : weight.value.bits;
  });
  const weights = adapter.weights.map((one) => ({ ...one, weight: slots.get(one.path)!.weight as Parameter }));
  attach(model, null);
  adapter.originals = weights.map(({ adapter: one, weight }) => {
    const { value, storedAs } = weight;
    const before = weight.swap(tidy(() => cast(one.merged(value), value.dtype)));
    const original = new Parameter({ ...infoOf(weight), path: `${adapter.name}.original.${weight.path}` }, before);
    original.frozen = true;
    kept.set(original, { storedAs, revision: weight.revision });
    return original;
  });
}

/**
 * Puts the weights back that {@link mergeAdapter} has changed, bit for bit, and attaches the adapter again.
 *
 * @throws ConfigError when no adapter is merged, and when weights that one is merged into were written since: what was there before is not what would become of them
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * mergeAdapter(model, addAdapter(model));
 * unmergeAdapter(model);
 */
export function unmergeAdapter(model: Mamba2LM): void {
  requireArity("unmergeAdapter", arguments, 1);
  requireModel("unmergeAdapter", model);
  const adapter = mergedInto(model);
  if (!adapter)
    throw new ConfigError("unmergeAdapter: an adapter must be merged into the model; none is.", {
      op: "unmergeAdapter",
      field: "model",
    });
  const slots = slotsOf(model);
  const weights = adapter.weights.map(({ path }) => slots.get(path)!.weight as Parameter);
  const written = weights.find(({ revision }, i) => revision !== kept.get(adapter.originals[i]!)!.revision);
  if (written)
    throw new ConfigError(
      `unmergeAdapter: the weights must be those that the adapter was merged into; ${written.path} was written since. removeAdapter keeps what is there now.`,
      { op: "unmergeAdapter", field: "model", got: written.path },
    );
  for (const [i, weight] of weights.entries()) {
    const original = adapter.originals[i]!;
    weight.swap(original.value).dispose();
    weight.markStoredAs(kept.get(original)!.storedAs);
  }
  adapter.originals = [];
  attach(model, adapter);
}

/** Raises for what an adapter cannot be written into. @param bitsOf of the integers that a weight is stored as, where it is */
export function requireMergeable(adapter: Adapter, bitsOf: (path: string) => number | undefined): void {
  for (const { path } of adapter.weights) {
    const bits = bitsOf(path);
    if (bits !== undefined)
      throw new ConfigError(
        `mergeAdapter: weights must be floats; ${path} holds integers of ${bits} bits, which the change would have to be rounded to. Load the model without quantize to merge.`,
        { op: "mergeAdapter", field: "model", got: bits },
      );
  }
  if (adapter.model.tieEmbeddings && adapter.modules.some(({ module }) => module.kind === "embedding"))
    throw new ConfigError(
      "mergeAdapter: the embedding must be apart from the head, which an adapter of the embedding does not change; the model has one matrix for both. Leave the embedding out of the targets.",
      { op: "mergeAdapter", field: "adapter" },
    );
}

function infoOf({ shape, layers, layer }: Parameter): Omit<ConstructorParameters<typeof Parameter>[0], "path"> {
  return { shape, layers, role: "adapter", decay: false, ...(layer !== undefined && { layer }) };
}
