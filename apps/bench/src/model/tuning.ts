// Fine-tuning in the worker: the data that were given as a run takes them, and the adapter that is trained. Loaded when somebody fine-tunes.
import { type FileReader, type Mamba2LM, tokenizerFor, type TrainOptions } from "@x/mamba2";
import { Adapter, addAdapter, removeAdapter, saveAdapter } from "@x/mamba2/adapters";
import { packDocuments, type Tokenizer } from "@x/nn";
import type { CheckpointFile, TrainRequest } from "./protocol.ts";

/** A model with its tokenizer and files. */
export interface Learner {
  readonly model: Mamba2LM;
  readonly tokenizer: Tokenizer | undefined;
  readonly files: FileReader | undefined;
}

/** Tokens of a text, or batches of examples: of `messages` the assistant's turns count, written by the model's chat template. */
export async function dataOf(
  { model, tokenizer, files }: Learner,
  { text, as, batch, length, seed }: TrainRequest,
): Promise<Pick<TrainOptions, "tokens" | "batches">> {
  const own = tokenizerFor(model.config, tokenizer);
  if (as === "text") return { tokens: own.encode(text) };
  const { encodeExample, jsonLines, readChatTemplate } = await import("@x/mamba2/chat");
  const template = files && (await readChatTemplate(files));
  const bytes = new TextEncoder().encode(text);
  const source = { name: "data", size: bytes.length, read: (begin: number, end: number) => bytes.subarray(begin, end) };
  const documents = jsonLines(source, (example) => encodeExample(example, { tokenizer: own, template }));
  return { batches: packDocuments({ documents, batch, length, seed }) };
}

/** What is trained: an adapter of this rank, the one that is there where it has it; without a rank the model itself. */
export function prepare({ model }: Learner, rank: number | undefined): void {
  const before = adapterOf(model);
  if (rank === undefined) {
    if (before) throw new Error("The model has an adapter: train that, or load the model anew to train all of it.");
    return;
  }
  model.gradientCheckpointing = true; // activations of a loaded model take most of a tab's memory
  if (before?.config.rank === rank) return;
  if (before) removeAdapter(model, before);
  addAdapter(model, { rank });
}

const adapterOf = ({ adapters }: Mamba2LM): Adapter | undefined => adapters.find((one) => one instanceof Adapter);

/** The files of the adapter that is trained. */
export async function adapterFiles(model: Mamba2LM): Promise<CheckpointFile[]> {
  const adapter = adapterOf(model);
  return adapter ? [...(await saveAdapter(adapter)).files] : [];
}
