// Entries of a model's numbers: a forward case, its gradients, packed documents.
import type { Mamba2LM } from "@x/mamba2";
import { crossEntropy } from "@x/nn";
import { concat, gradientsOf, type JsonValue, keep, mul, reshape, slice, type Tensor, tidy } from "@x/tensor";
import { checkGeneration } from "./check-generation.ts";
import { type EntryCheck, upload } from "./entry-check.ts";
import { type HostValue, readValues } from "./fixture-set.ts";
import { type ModelCheck, type ModelContext, withModel } from "./model-folders.ts";
import { compareParameters } from "./parameter-values.ts";

/** Compares and frees. */
export async function take(check: EntryCheck, name: string, got: Tensor): Promise<void> {
  using held = got;
  await check.compare(name, held);
}

/** Targets as the model wants them: as they are, or transformers' labels moved by one. */
export function shiftLabels({ shape, values }: HostValue): HostValue {
  const l = shape.at(-1)!;
  return { shape, integer: true, values: Int32Array.from(values, (_, i) => (i % l === l - 1 ? -100 : values[i + 1]!)) };
}

/** A loss in the shape the file holds it in: a scalar or one number. */
export async function compareLoss(check: EntryCheck, label: string, loss: Tensor): Promise<void> {
  const want = check.host("loss");
  check.expect(
    check.label(label),
    { shape: want.shape, values: await loss.data() },
    want,
    check.entry.tensors.get("loss") ?? { tolerances: {} },
  );
  loss.dispose();
}

/** Logits, and what every block gave and adds it to. Copies, since a model's own scope ends with its call. */
function forwardWithLayers(model: Mamba2LM, ids: Tensor): { logits: Tensor; layers: Record<string, Tensor> } {
  const layers: Record<string, Tensor> = {};
  const logits = model.forward(ids, {
    onLayer(layer, { hidden, residual }) {
      layers[`layer${layer}.out`] = keep(mul(hidden, 1));
      layers[`layer${layer}.residual`] = keep(mul(residual, 1));
    },
  });
  return { logits, layers };
}

/** Logits, loss, what every block gave, and the prompts to continue. */
export const checkForward: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const ids = check.input("input_ids");
    const { logits, layers } = forwardWithLayers(model, ids);
    if (check.has("loss")) {
      for (const name of ["targets", "labels_unshifted", "labels"].filter((one) => check.has(one))) {
        const host = check.host(name);
        const targets = upload(name === "targets" ? host : shiftLabels(host), model.device);
        await compareLoss(
          check,
          name === "targets" ? "loss" : `loss (${name})`,
          tidy(() => crossEntropy(logits, targets)),
        );
        targets.dispose();
      }
    }
    await take(check, "logits", logits);
    for (const [name, got] of Object.entries(layers)) {
      if (check.has(name)) await check.compare(name, got);
      got.dispose();
    }
    ids.dispose();
    if (check.has("rows.input_ids")) await checkRows(check, model);
    for (const prompt of check.names.filter((name) => name.endsWith(".prompt")))
      await checkGeneration(check, model, prompt.slice(0, -".prompt".length));
  });

/** Rows of several lengths in one batch, padded on the right: the logits after each row's last token, as if it had been alone. */
async function checkRows(check: EntryCheck, model: Mamba2LM): Promise<void> {
  const ids = check.host("rows.input_ids");
  const [b, l] = ids.shape as [number, number];
  const ends = Array.from(check.host("rows.lengths").values, (length) => length - 1);
  const padding = Int32Array.from({ length: b * l }, (_, i) => (i % l <= ends[Math.floor(i / l)]! ? 0 : -1));
  const last = tidy(() => {
    const logits = model.forward(upload(ids, model.device), {
      seqIdx: upload({ shape: [b, l], integer: true, values: padding }, model.device),
    });
    return concat(
      ends.map((end, row) => reshape(slice(slice(logits, 0, row, row + 1), 1, end, end + 1), [1, logits.shape[2]!])),
      0,
    );
  });
  await take(check, "rows.last_logits", last);
}

/** The gradient of the loss with respect to every parameter the file names. */
async function compareGradients(
  check: EntryCheck,
  model: Mamba2LM,
  { models }: ModelContext,
  loss: () => Tensor,
): Promise<void> {
  const parameters = model.parameters();
  const { value, grads } = gradientsOf(
    loss,
    parameters.map((parameter) => parameter.value),
  );
  if (check.has("loss")) await compareLoss(check, "loss", value);
  else value.dispose();
  const layout = await models.layoutOf(check.entry);
  const stated = check.after("grad.");
  const prefix = stated.length > 0 ? "grad." : "";
  // a file without the prefix holds gradients alone, or inputs beside them that have been taken
  const names = prefix === "" ? check.open : stated;
  const byPath = new Map(parameters.map(({ path }, i) => [path, grads[i]!]));
  await compareParameters(check, { layout, config: model.config }, prefix, names, byPath);
  for (const gradient of grads) gradient?.dispose();
}

/** Gradients of the loss of another entry's case. */
export const checkGradients: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const found = check.entry.case ?? context.models.casesFor(context.models.folderOf(check.entry))[0]?.file;
    if (found === undefined) throw new Error("the entry must name the case whose loss it differentiates; it does not");
    const values = await readValues(context.set, found);
    const [ids, targets] = [values.get("input_ids"), values.get("targets")];
    if (!ids || !targets) throw new Error(`${found} must hold input_ids and targets; it does not`);
    const [x, y] = [upload(ids, model.device), upload(targets, model.device)];
    await compareGradients(check, model, context, () => model.loss(x, y));
    x.dispose();
    y.dispose();
  });

/** The number of each token's document, from the lengths of the documents in each row. */
function documentNumbers(lengths: JsonValue | undefined): HostValue {
  const rows = ((lengths ?? []) as number[][]).map((row) =>
    row.flatMap((length, document) => Array.from({ length }, () => document)),
  );
  return { shape: [rows.length, rows[0]?.length ?? 0], integer: true, values: Int32Array.from(rows.flat()) };
}

/** Several documents per row: logits, loss and gradients as if each had been alone. */
export const checkPacked: ModelCheck = (check, context) =>
  withModel(check, context, async (model) => {
    const [ids, targets] = [check.input("input_ids"), check.input("targets")];
    const seqIdx = check.has("seq_idx")
      ? check.input("seq_idx")
      : upload(documentNumbers(check.entry.args["doc_lengths"]), model.device);
    await take(check, "logits", model.forward(ids, { seqIdx }));
    await compareGradients(check, model, context, () => model.loss(ids, targets, { seqIdx }));
    for (const input of [ids, seqIdx, targets]) input.dispose();
  });
