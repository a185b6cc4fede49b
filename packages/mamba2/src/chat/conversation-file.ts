// The file of a conversation: that of its state, with what was said in the metadata. It can be read as a state too.
import {
  CheckpointError,
  isJsonObject,
  type JsonValue,
  readSafetensors,
  TensorError,
  writeSafetensors,
} from "@x/tensor/core";
import { jsonIn } from "../checkpoint/json-text.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import { State } from "../state/state.ts";
import { type ChatMessage, checkMessages } from "./messages.ts";

const KEY = "conversation";

/** What a file holds beside the state. */
export interface SavedConversation {
  readonly messages: readonly ChatMessage[];
  /** the tokens that the state has read */
  readonly ids: readonly number[];
  /** the place in the streams of random numbers */
  readonly drawn: number;
}

/** The bytes of a conversation. @param model that has read the tokens */
export async function conversationFile(
  state: State,
  saved: SavedConversation,
  model: GeneratingModel,
): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await state.serialize(model));
  return writeSafetensors(tensors, { ...metadata, [KEY]: JSON.stringify({ ...saved }) });
}

/** Reads {@link conversationFile}, whatever model has read the tokens: the metadata say it. @throws CheckpointError */
export async function readConversation(
  file: Uint8Array,
  model: GeneratingModel,
): Promise<SavedConversation & { readonly state: State; readonly metadata: Readonly<Record<string, string>> }> {
  const { metadata } = readSafetensors(file);
  const text = metadata[KEY];
  if (text === undefined)
    throw new CheckpointError("conversation: the file must be a saved conversation; it holds no messages.", {
      op: "conversation",
    });
  const saved = parsed(text);
  const state = await State.deserialize(file, model, { otherModel: true });
  if (state.batch === 1) return { ...saved, state, metadata };
  state.dispose();
  throw new CheckpointError(`conversation: the state must be of 1 sequence; got ${state.batch}.`, {
    op: "conversation",
    got: state.batch,
  });
}

function parsed(text: string): SavedConversation {
  const json = jsonIn("conversation: what was said", text, { fields: { op: "conversation" } });
  const { messages, ids, drawn } = isJsonObject(json) ? json : {};
  const whole = (value: JsonValue | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(messages) || !Array.isArray(ids) || !(ids as readonly JsonValue[]).every(whole) || !whole(drawn))
    throw new CheckpointError("conversation: what was said must be { messages, ids, drawn }; got something else.", {
      op: "conversation",
    });
  try {
    if (messages.length > 0) checkMessages("conversation", messages);
  } catch (cause) {
    if (!(cause instanceof TensorError)) throw cause;
    throw new CheckpointError(cause.message, { op: "conversation", cause });
  }
  return {
    messages: messages as readonly ChatMessage[],
    ids: ids as readonly number[],
    drawn: drawn as number,
  };
}
