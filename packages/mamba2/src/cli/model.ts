// What several commands need: the device that was asked for, a model from a folder with its tokenizer, texts, an empty place to save to.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Tokenizer } from "@x/nn/core";
import {
  chooseThreads,
  ConfigError,
  cpuDevice,
  createCpuDevice,
  defaultDevice,
  type Device,
  DeviceError,
  formatJson,
  webgpuDevice,
} from "@x/tensor/core";
import { type Checkpoint, type FileReader, readCheckpoint } from "../checkpoint/files.ts";
import { type ReadConfigOptions, readConfigText } from "../checkpoint/detect.ts";
import { TEMPLATE_FILE, TOOL_FILE } from "../checkpoint/file-names.ts";
import { readObject } from "../checkpoint/json-files.ts";
import { SETTINGS_FILE } from "../checkpoint/tokenizer-settings.ts";
import { mamba2Config, type Mamba2Config } from "../config/config.ts";
import type { MemoryOptions } from "../memory/memory-estimate.ts";
import { Mamba2LM } from "../model/model.ts";
import { TOKENIZER_FILES } from "../node/stale-files.ts";
import { isPresetName, preset, PRESET_NAMES, type PresetName } from "../config/presets.ts";
import { readTokenizer, tokenizerFor } from "../tokenizer/tokenizer.ts";
import { type Io, type Option, type Options, UsageError } from "./command.ts";
import { useAdapterOption } from "./adapter.ts";
import { unreadable } from "./file-ranges.ts";
import { HUB_OPTIONS, isRepository, openReader } from "./model-location.ts";
import { utf8 } from "../checkpoint/utf8.ts";

export const MODEL_OPTION: Option = {
  name: "model",
  value: "DIR|FILE.gguf|OWNER/NAME[/FILE.gguf]",
  required: true,
  help: "folder with config.json and model.safetensors, of any layout, a GGUF file, or a repository of a hub",
};
export const DEVICE_OPTIONS: readonly Option[] = [
  { name: "device", value: "cpu|webgpu", help: "default: a hardware WebGPU adapter, else the CPU" },
  { name: "no-wasm", help: "on the CPU: plain loops instead of SIMD WebAssembly" },
  {
    name: "threads",
    value: "N|auto",
    help: "on the CPU: threads that share long kernels; auto: all or 1, by measuring; default 1",
  },
];
export const WEIGHT_OPTIONS: readonly Option[] = [
  { name: "dtype", value: "f32|bf16|f16", help: "how matrices are held in memory; default f32" },
  { name: "quantize", value: "8|4", help: "hold projections as integers of so many bits" },
];
export const TOKENIZER_OPTION: Option = {
  name: "tokenizer",
  value: "DIR|OWNER/NAME",
  help: "folder or repository with tokenizer.json; default: the model's, else bytes",
};

export const NO_BOS_OPTION: Option = {
  name: "no-bos",
  help: "add no special tokens, such as the one that begins a text, to the text; default: those that the tokenizer's post_processor says",
};

/** Of commands that read a model with its tokenizer: {@link openTextModel}. */
export const TEXT_MODEL_OPTIONS: readonly Option[] = [
  TOKENIZER_OPTION,
  ...WEIGHT_OPTIONS,
  ...HUB_OPTIONS,
  ...DEVICE_OPTIONS,
];

/** The device of `--device`, `--no-wasm` and `--threads`; says which it is and why. */
export async function pickDevice(options: Options, io: Io): Promise<Device> {
  const asked = options.choice("device", ["cpu", "webgpu"]);
  try {
    const picked =
      asked === "cpu"
        ? cpuDevice()
        : asked === "webgpu"
          ? await webgpuDevice({ software: true })
          : await defaultDevice();
    const device = picked.kind === "cpu" ? await cpuDeviceOf(options, io) : withoutCpuOptions(picked, options);
    io.note(`device: ${device.description}${asked ? " (--device)" : ""}`);
    return device;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UsageError) throw error;
    throw new DeviceError(error.message, { cause: error, ...(asked && { device: asked }) });
  }
}

/** The shared CPU device, or one as the options want it. */
async function cpuDeviceOf(options: Options, io: Io): Promise<Device> {
  const loops = options.flag("no-wasm");
  const asked = options.integerOr("threads", "auto", 1);
  if (loops && asked !== undefined)
    throw new UsageError("--threads shares WebAssembly kernels: it cannot be given with --no-wasm.");
  if (loops) return createCpuDevice({ wasm: false });
  if (asked === undefined) return cpuDevice();
  if (asked !== "auto") return createCpuDevice({ threads: asked });
  const { threads, reason } = await chooseThreads(availableParallelism());
  io.note(`threads: ${threads}, since ${reason} (--threads auto)`);
  return createCpuDevice({ threads });
}

function withoutCpuOptions(device: Device, options: Options): Device {
  for (const name of ["threads", "no-wasm"])
    if (options.has(name))
      throw new UsageError(`--${name} is for the CPU; the device is ${device.description}. Add --device cpu.`);
  return device;
}

/** Runs `work` on the device of `--device` and gives it back afterwards, with those that `another` made in the place of a lost one. */
export async function withDevice<T>(
  options: Options,
  io: Io,
  work: (device: Device, another: () => Promise<Device>) => Promise<T>,
): Promise<T> {
  const picked: Device[] = [];
  const pick = async (): Promise<Device> => {
    const device = await pickDevice(options, io);
    picked.push(device);
    return device;
  };
  try {
    return await work(await pick(), pick);
  } finally {
    for (const device of picked) device.dispose();
  }
}

/** A whole checkpoint; remarks about its translation go to stderr. */
export async function openCheckpoint(read: FileReader, io: Io, options: ReadConfigOptions = {}): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(read, options);
  for (const warning of checkpoint.warnings) io.note(warning);
  return checkpoint;
}

/** The model in the folder that an option names, with the adapter of `--adapter`. */
export async function openModel(options: Options, io: Io, device: Device, option = "model"): Promise<Mamba2LM> {
  const model = await Mamba2LM.load(await openReader(options.require(option), options, io), {
    device,
    onWarning: (warning) => io.note(warning),
    ...weightOptions(options),
  });
  await useAdapterOption(model, options, io);
  return model;
}

/** The model of the command's first argument, and its tokenizer: that of `--tokenizer`, the model's, or bytes. */
export async function openTextModel(
  options: Options,
  io: Io,
  device: Device,
): Promise<{ readonly model: Mamba2LM; readonly tokenizer: Tokenizer }> {
  const model = await openModel(options, io, device);
  const tokenizer = tokenizerFor(model.config, await openTokenizer(options, io, options.require("model")));
  return { model, tokenizer };
}

/** `--quantize`: integers of so many bits. */
export function bitsOption(options: Options): 8 | 4 | undefined {
  const bits = options.choice("quantize", ["8", "4"]);
  return bits && (bits === "8" ? 8 : 4);
}

/** How matrices are to be held: `--dtype` and `--quantize`. */
export function weightOptions(options: Options): Pick<MemoryOptions, "dtype" | "quantize"> {
  const dtype = options.choice("dtype", ["f32", "bf16", "f16"]);
  const bits = bitsOption(options);
  return { ...(dtype && { dtype }), ...(bits && { quantize: { bits } }) };
}

/** The tokenizer of `--tokenizer`, else the one in `folder`; undefined when there is none. Remarks about its files go to stderr. */
export async function openTokenizer(
  options: Options,
  io: Io,
  folder: string | undefined,
): Promise<Tokenizer | undefined> {
  const named = options.text("tokenizer");
  const place = named ?? folder;
  const tokenizer =
    place !== undefined && (named === undefined || existsSync(named) || isRepository(named))
      ? await readTokenizer(await openReader(place, options, io), { onWarning: (warning) => io.note(warning) })
      : undefined;
  if (named !== undefined && !tokenizer)
    throw new ConfigError(`tokenizer: "${named}" must hold a tokenizer.json; it does not.`, {
      field: "tokenizer",
      got: named,
    });
  return tokenizer;
}

/** The configuration of `--config` (a file or a preset's name) or `--preset`, for a fresh model, and whose names it had. A tokenizer gives a preset its vocabulary, and special tokens to a configuration without. */
export async function openConfig(
  options: Options,
  io: Io,
  tokenizer?: Tokenizer,
): Promise<Pick<Checkpoint, "config" | "layout"> | undefined> {
  if (options.has("preset") && options.has("config"))
    throw new UsageError("exactly one of --config and --preset must be given; got both.");
  const name = options.text("preset") ?? options.text("config");
  if (name === undefined) return undefined;
  if (isPresetName(name)) return { config: presetFor(name, tokenizer), layout: "own" };
  if (options.has("preset"))
    throw new ConfigError(`preset: must be one of ${PRESET_NAMES.join(", ")}; got "${name}".`, {
      field: "preset",
      got: name,
    });
  const { config, layout, warnings } = readConfigText(
    await readText("--config", name, `A preset is one of ${PRESET_NAMES.join(", ")}.`),
  );
  for (const warning of warnings) io.note(warning);
  const { bosTokenId = null, eosTokenId = null } = tokenizer ?? {};
  return {
    config: mamba2Config({
      ...config,
      bosTokenId: config.bosTokenId ?? bosTokenId,
      eosTokenId: config.eosTokenId ?? eosTokenId,
    }),
    layout,
  };
}

/** A preset, with the vocabulary of a tokenizer where there is one. */
export function presetFor(name: PresetName, tokenizer: Tokenizer | undefined): Mamba2Config {
  if (!tokenizer) return preset(name);
  const { vocabSize, bosTokenId = null, eosTokenId = null } = tokenizer;
  return preset(name, { vocabSize, bosTokenId, eosTokenId });
}

/** A text file. */
async function readText(what: string, path: string, hint = ""): Promise<string> {
  return utf8(`${what}: ${path}`, await readBytes(what, path, hint));
}

/** A file's bytes. */
export async function readBytes(what: string, path: string, hint = ""): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(what, path, error, hint);
  }
}

/** The tokenizer's files beside a model, to copy beside a model. A template for tools, which has a folder of its own, becomes one of several in tokenizer_config.json. */
export async function tokenizerFiles(read: FileReader): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of TOKENIZER_FILES) {
    const bytes = await read(name);
    if (bytes) files.set(name, bytes);
  }
  const [template, tools] = [files.get(TEMPLATE_FILE), await read(TOOL_FILE)];
  if (!tools) return files;
  const chat_template = [
    ...(template ? [{ name: "default", template: utf8(TEMPLATE_FILE, template) }] : []),
    { name: "tool_use", template: utf8(TOOL_FILE, tools) },
  ];
  const settings = { ...(await readObject(read, SETTINGS_FILE)), chat_template };
  files.set(SETTINGS_FILE, new TextEncoder().encode(`${formatJson(settings)}\n`));
  files.delete(TEMPLATE_FILE);
  return files;
}
