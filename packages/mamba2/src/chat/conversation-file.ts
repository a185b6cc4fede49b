// The file of a conversation: that of its state, with what was said in the metadata. It can be read as a state too.
import {
  CheckpointError,
  type Device,
  isJsonObject,
  type JsonValue,
  parseJson,
  readSafetensors,
  TensorError,
  writeSafetensors,
} from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { State } from "../state.ts";
import { type ChatMessage, checkMessages } from "./messages.ts";

const KEY = "conversation";

/** What a file holds beside the state. */
export interface SavedConversation {
  readonly messages: readonly ChatMessage[];
  /** the tokens that the state has read */
  readonly ids: readonly number[];
  /** the place in the streams of random numbers */
  readonly drawn: number;
  /** a sample of the model that has read them, where it is known */
  readonly model?: string | undefined;
}

/** The bytes of a conversation. */
export async function conversationFile(state: State, saved: SavedConversation): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await state.serialize());
  return writeSafetensors(tensors, { ...metadata, [KEY]: JSON.stringify({ ...saved }) });
}

/** Reads {@link conversationFile}. @throws CheckpointError */
export async function readConversation(
  file: Uint8Array,
  config: Mamba2Config,
  device: Device,
): Promise<SavedConversation & { readonly state: State }> {
  const text = readSafetensors(file).metadata[KEY];
  if (text === undefined)
    throw new CheckpointError("conversation: the file must be a saved conversation; it holds no messages.", {
      op: "conversation",
    });
  const saved = parsed(text);
  const state = await State.deserialize(file, config, device);
  if (state.batch === 1) return { ...saved, state };
  state.dispose();
  throw new CheckpointError(`conversation: the state must be of 1 sequence; got ${state.batch}.`, {
    op: "conversation",
    got: state.batch,
  });
}

function parsed(text: string): SavedConversation {
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (cause) {
    throw new CheckpointError(
      `conversation: what was said must be JSON; ${cause instanceof Error ? cause.message : String(cause)}.`,
      { op: "conversation", cause },
    );
  }
  const { messages, ids, drawn, model } = isJsonObject(json) ? json : {};
  const whole = (value: JsonValue | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  if (
    !Array.isArray(messages) ||
    !Array.isArray(ids) ||
    !(ids as readonly JsonValue[]).every(whole) ||
    !whole(drawn) ||
    (model !== undefined && typeof model !== "string")
  )
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
    model: model as string | undefined,
  };
}
