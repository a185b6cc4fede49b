// A GGUF file as the checkpoint of transformers that it was made from.
import { CheckpointError, formatJson, type JsonObject, requireArity, requireText, strict } from "@x/tensor/core";
import { type CheckpointFiles, readerOf } from "../checkpoint/file-reader.ts";
import { CONFIG, type FileReader, openFile, type TensorSource } from "../checkpoint/sources.ts";
import { configOf, headsOf } from "./config.ts";
import { readGgufHeader } from "./header.ts";
import { ARCHITECTURES, familyTensors } from "./names.ts";
import { floatSource } from "./sources.ts";
import { tokenizerFilesOf } from "./tokenizer.ts";

/**
 * A GGUF file of a Mamba-2 model or a hybrid (mamba2, falcon-h1, granitehybrid for Granite and Bamba, nemotron_h) as the checkpoint that it was made from: config.json, tokenizer.json,
 * tokenizer_config.json and its tensors, as floats. Weights are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 or Q2_K to Q6_K; they are decoded as they are read, so that nothing of the
 * file's size is held.
 *
 * What the file does not keep is not there again: Falcon-H1's factors are in its weights, and of a head tied to the embedding they are lost, so logits are those of llama.cpp.
 *
 * @param files that have it: a Map, or a reader such as `folderReader` and `openRepository` give
 * @param name of the file
 * @returns a reader for `Mamba2LM.load`, `readTokenizer`, `readChatTemplate`; reading tokenizer.json raises where the file's tokenizer is of a kind that is not read
 * @throws CheckpointError for what is no GGUF file, is damaged, is of another architecture, or has weights stored otherwise
 * @example
 * const load = async (bytes: Uint8Array) => Mamba2LM.load(await ggufFiles(new Map([["model.gguf", bytes]]), "model.gguf"));
 */
export async function ggufFiles(files: CheckpointFiles, name: string): Promise<FileReader> {
  requireArity("ggufFiles", arguments, 2);
  requireText("ggufFiles", "name", name);
  const file = await openFile(readerOf(files), name);
  if (!file) throw new CheckpointError(`gguf: there must be a file ${name}; there is none.`, { file: name });
  const header = await readGgufHeader(name, file);
  const kind = String(header.values["general.architecture"]);
  const architecture = Object.hasOwn(ARCHITECTURES, kind) ? ARCHITECTURES[kind] : undefined;
  if (!architecture) {
    throw new CheckpointError(
      `gguf: ${name} must be of ${Object.keys(ARCHITECTURES).join(", ")}; got "${kind}". Other models cannot be loaded.`,
      { file: name, got: kind },
    );
  }
  const text = new TextEncoder();
  const made = new Map<string, () => JsonObject | undefined>([[CONFIG, () => configOf(header, kind)]]);
  for (const part of ["tokenizer.json", "tokenizer_config.json"])
    made.set(part, () => tokenizerFilesOf(name, header.values).get(part));
  const stored = new Set([...header.tensors.values()].map(({ type }) => type.name).filter((type) => type !== "F32"));
  const widen = stored.size > 1; // what is one parameter here is of one type
  const floats = new Map([...header.tensors].map(([tensor, at]) => [tensor, floatSource(name, file, at, widen)]));
  const read = (wanted: string): Promise<Uint8Array | undefined> =>
    Promise.resolve().then(() => {
      const json = made.get(wanted)?.();
      return json && text.encode(formatJson(json));
    });
  return strict(
    "reader",
    Object.assign(read, {
      tensors: (): Promise<ReadonlyMap<string, TensorSource>> =>
        Promise.resolve(familyTensors(architecture, floats, headsOf(header, kind))),
    }),
  );
}
