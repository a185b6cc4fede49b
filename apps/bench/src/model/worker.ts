// The model in a worker: it trains, writes, reads and is saved here, so that the page never waits for it.
import {
  type FileReader,
  type LoadOptions,
  Mamba2LM,
  type Mamba2Config,
  parameterCount,
  readTokenizer,
  type State,
  tokenizerFor,
  train,
} from "@x/mamba2";
import type { Tokenizer } from "@x/nn";
import {
  ConfigError,
  cpuDevice,
  defaultDevice,
  type Device,
  type Tensor,
  webgpuDevice,
  type WebGPUDevice,
} from "@x/tensor/core";
import { problemOf } from "../page/problem.ts";
import { serveRequests } from "../page/requests.ts";
import type { ChatSession } from "./chat-session.ts";
import { readerOf } from "./file-list-reader.ts";
import { readKept, writeKept } from "./opfs.ts";
import type { Reply, Request, TrainRequest, WriteRequest } from "./protocol.ts";
import type * as Tuning from "./tuning.ts";

const say = (reply: Reply, transfer: Transferable[] = []): void => postMessage(reply, { transfer });
let model: Mamba2LM | undefined;
/** of the model's files, where it came from some */
let [tokenizer, files]: [Tokenizer | undefined, FileReader | undefined] = [undefined, undefined];
let session: ChatSession | undefined;
const serving = serveRequests<Request>(answer);

async function answer(request: Exclude<Request, { type: "stop" }>): Promise<void> {
  try {
    switch (request.type) {
      case "create":
        replace(new Mamba2LM(request.config, { device: await deviceOf(request.device), seed: request.seed }));
        announce(current());
        break;
      case "train":
        await learn(current(), request);
        session?.reset(); // its state was made by other weights
        session = undefined;
        break;
      case "write":
        await write(current(), request);
        break;
      case "read":
        await read(current(), request.text, request.layer);
        break;
      case "save": {
        const adapter = current().adapters.length > 0;
        if (adapter && request.where === "opfs")
          throw new Error("The browser keeps whole models: save the adapter as files.");
        const files = adapter ? await (await tuning()).adapterFiles(current()) : [...(await current().save()).files];
        if (request.where === "opfs") await writeKept(files);
        say({
          type: "saved",
          where: request.where,
          files: request.where === "file" ? files : [],
          bytes: files.reduce((sum, [, { byteLength }]) => sum + byteLength, 0),
        });
        break;
      }
      case "load": {
        const { model: loaded, read } = await load(request);
        replace(loaded);
        [tokenizer, files] = [await readTokenizer(read), read];
        announce(loaded);
        break;
      }
      case "say":
        await (await chatting()).say(request, serving.signal, say);
        break;
      case "forget":
        await (await import("./hub-model.ts")).forgetDownloads();
        break;
      case "undo":
      case "reset": {
        const talk = await chatting();
        talk[request.type]();
        talk.tellMessages(say);
      }
    }
    say({ type: "done", of: request.type });
  } catch (error) {
    say({ type: "problem", problem: problemOf(error) });
  }
}

function current(): Mamba2LM {
  if (!model) throw new Error("There is no model yet: train or load one.");
  return model;
}

async function load({ files: given, name, held, device }: Extract<Request, { type: "load" }>): Promise<{
  readonly model: Mamba2LM;
  readonly read: FileReader;
}> {
  const where: LoadOptions = {
    device: await deviceOf(device),
    ...(held === "bf16" && { dtype: "bf16" }),
    ...((held === "8" || held === "4") && { dtype: "bf16", quantize: { bits: held === "8" ? 8 : 4 } }),
  };
  if (name !== undefined) return (await import("./hub-model.ts")).loadNamed(name, where, serving.signal, say);
  const read = given ? readerOf(given) : readKept;
  return { model: await Mamba2LM.load(read, where), read };
}

const tuning = (): Promise<typeof Tuning> => import("./tuning.ts");

/** The conversation with the model that is there. */
async function chatting(): Promise<ChatSession> {
  const { ChatSession: Session } = await import("./chat-session.ts");
  return (session ??= await Session.open(current(), tokenizer, files));
}

function replace(next: Mamba2LM): Mamba2LM {
  session?.reset();
  session = undefined;
  [tokenizer, files] = [undefined, undefined];
  model?.dispose();
  return (model = next);
}

let own: WebGPUDevice | undefined;

/** "best here" is hardware WebGPU or else the CPU, which beats a software adapter. */
async function deviceOf(kind: "auto" | "webgpu" | "cpu"): Promise<Device> {
  if (kind === "cpu") return cpuDevice();
  if (kind === "auto") return defaultDevice();
  if (own) return own;
  own = await webgpuDevice({ software: true, powerPreference: "high-performance" });
  void own.runner.device.lost.then(() => (own = undefined));
  return own;
}

function announce(made: Mamba2LM): void {
  const state = made.initialState();
  const bytes = stateBytes(state);
  state.dispose();
  say({
    type: "model",
    device: made.device.description,
    parameters: parameterCount(made.config),
    usedBytes: made.device.memory.usedBytes,
    config: made.config as Mamba2Config,
    stateBytes: bytes,
  });
}

/** Of what stays the same however much is read: caches of keys and values aside. */
function stateBytes({ layers }: State): number {
  const parts = layers.flatMap(({ keys: _keys, values: _values, ...fixed }): Tensor[] => Object.values(fixed));
  return parts.reduce((sum, { size }) => sum + 4 * size, 0);
}

async function learn(learner: Mamba2LM, request: TrainRequest): Promise<void> {
  const { text, as, rank, steps, batch, length, lr, seed, sampleEvery, prompt } = request;
  const { device } = learner;
  const plain = as === "text" && rank === undefined && !tokenizer && learner.adapters.length === 0;
  const all = { model: learner, tokenizer, files };
  if (!plain) (await tuning()).prepare(all, rank);
  const kind = device === own ? "webgpu" : "auto";
  const run = train(learner, {
    ...(plain ? { text } : await (await tuning()).dataOf(all, request)),
    steps,
    batch,
    length,
    lr,
    seed,
    validationTokens: 2048,
    signal: serving.signal,
    ...(device.kind === "webgpu" && { newDevice: () => deviceOf(kind) }),
  });
  const loop = async (): Promise<void> => {
    for await (const { step, loss, tokensPerSecond, validationLoss, recovered } of run) {
      say({
        type: "step",
        step,
        steps,
        loss,
        tokensPerSecond,
        usedBytes: learner.device.memory.usedBytes,
        ...(validationLoss !== undefined && { validationLoss }),
        ...(recovered && {
          recovered: `The GPU was lost after step ${recovered.lostAt}; going on from step ${recovered.step}.`,
        }),
      });
      if (sampleEvery > 0 && step % sampleEvery === 0 && step < steps)
        await stream(learner, { prompt, tokens: 80, temperature: 0.8, seed: step });
    }
  };
  const goOn = async (error: unknown): Promise<void> => {
    if (!(await run.recover(error))) throw error; // the GPU may be lost while a sample is written, too
    await loop().catch(goOn);
  };
  try {
    await loop().catch(goOn);
  } finally {
    run.dispose();
  }
}

async function stream(
  writer: Mamba2LM,
  { prompt, tokens, temperature, seed }: Omit<WriteRequest, "type">,
): Promise<number> {
  say({ type: "piece", text: "", first: true });
  let count = 0;
  for await (const text of writer.generate(prompt, {
    maxTokens: tokens,
    temperature,
    seed,
    eosTokenId: null,
    ...(tokenizer && { tokenizer }),
  })) {
    count += text.length;
    say({ type: "piece", text, first: false });
    if (serving.signal.aborted) break;
    await new Promise((resolve) => void setTimeout(resolve)); // a turn for Stop
  }
  return count;
}

async function write(writer: Mamba2LM, request: WriteRequest): Promise<void> {
  const ids = [...tokenizerFor(writer.config, tokenizer).encode(request.prompt)];
  const prompt = ids.length > 0 ? ids : [10];
  // Twice: the first call compiles.
  let prefillMs = 0;
  for (let i = 0; i < 2; i++) {
    const beganMs = performance.now();
    const { logits, state } = writer.prefill([prompt]);
    await logits.data();
    prefillMs = performance.now() - beganMs;
    logits.dispose();
    state.dispose();
  }
  const beganMs = performance.now();
  const count = await stream(writer, { ...request, prompt: request.prompt || "\n" });
  const state = writer.initialState();
  const decodeMs = Math.max(performance.now() - beganMs - prefillMs, 0.01);
  say({
    type: "written",
    prefillTokensPerSecond: prompt.length / (prefillMs / 1e3),
    decodeTokensPerSecond: count / (decodeMs / 1e3),
    stateBytes: stateBytes(state),
  });
  state.dispose();
}

/** Token by token, telling one layer's state after each. */
async function read(reader: Mamba2LM, text: string, layer: number): Promise<void> {
  const ids = [...tokenizerFor(reader.config, tokenizer).encode(text || "\n")];
  let state = reader.initialState();
  try {
    for (const [i, id] of ids.entries()) {
      const next = reader.step([id], state);
      next.logits.dispose();
      state.dispose();
      state = next.state;
      const { ssm } = state.layers[Math.min(layer, state.layers.length - 1)]!;
      if (!ssm)
        throw new ConfigError(`Layer ${layer} must have a mixer, whose state is drawn; it has none.`, {
          field: "layer",
        });
      const [, h, p, n] = ssm.shape as [number, number, number, number];
      const values = (await ssm.data()).slice() as Float32Array;
      say({ type: "state", rows: h * p, columns: n, values, read: i + 1, of: ids.length }, [values.buffer]);
      if (serving.signal.aborted) break;
      await new Promise((resolve) => void setTimeout(resolve, 16)); // slow enough to be seen
    }
  } finally {
    state.dispose();
  }
}
