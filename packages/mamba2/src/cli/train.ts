// mamba2 train: trains on text files, saves atomically, resumes bit-equal.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Tokenizer } from "@x/nn/core";
import { ConfigError, type Device, type JsonObject } from "@x/tensor/core";
import { readChatTemplate } from "../chat/template-files.ts";
import type { FileReader } from "../checkpoint/files.ts";
import { INIT_PRESETS } from "../model/init-hook.ts";
import type { Mamba2LM } from "../model/model.ts";
import { PRESET_NAMES } from "../config/presets.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import { train, type TrainingRun } from "../train/train.ts";
import { type MemoryPlan, showPlan } from "../train/memory.ts";
import { differences, savedSettings, type TrainSettings, trainSettings } from "../train/settings.ts";
import { type Command, type Io, type Options, UsageError } from "./command.ts";
import { DEVICE_OPTIONS, MODEL_OPTION, openTokenizer, TOKENIZER_OPTION, tokenizerFiles, withDevice } from "./model.ts";
import { LAYOUT_OPTION, requireRoom } from "./destination.ts";
import { HUB_OPTIONS, isRepository, openReader } from "./model-location.ts";
import { KEEP_OPTIONS, keepNote, keepOptions, leaveLaterBest, mostSaves, savedKeep } from "./save-retention.ts";
import { isWithin, requireNoOtherSaves } from "./other-saves.ts";
import { lockRun } from "./run-lock.ts";
import { readRunFile, requireSameTokenizer, saver, TOKENIZER, tokenizerMark } from "./run-file.ts";
import { givenSettings, SETTING_OPTIONS, withSaved } from "./train-settings.ts";
import { checkSourceOptions, openSource, SOURCE_OPTIONS } from "./train-source.ts";
import {
  baseOfRun,
  checkLoraOptions,
  checkpoints,
  CHECKPOINTING_OPTIONS,
  freshModel,
  LORA_OPTIONS,
  newAdapter,
  savedAdapter,
  savedModel,
  type TrainedModel,
} from "./train-model.ts";
import { runUntilStopped, unsure } from "./train-loop.ts";

const SAMPLE_TOKENS = 200;
/** of the optimizer's two moments, per parameter */
const MOMENT_BYTES = 8;

const WITH_MODEL =
  "train: --model must be given without --resume, --config, --preset and --init; it says what is trained.";

export const trainCommand: Command = {
  name: "train",
  summary: "train a model on text",
  options: [
    ...SOURCE_OPTIONS,
    {
      ...MODEL_OPTION,
      required: false,
      help: "fine-tune this model: a folder of any layout, or a repository of a hub; with --resume of an adapter: where its base is now",
    },
    ...LORA_OPTIONS,
    {
      name: "config",
      value: "FILE|PRESET",
      help: `config.json of any naming, or one of ${PRESET_NAMES.join(", ")}; default tiny`,
    },
    { name: "preset", value: "PRESET", help: "the same, presets only" },
    {
      name: "init",
      value: INIT_PRESETS.join("|"),
      help: "how to draw the first values; default scales projections into the residual stream by 1/√(2L)",
    },
    ...SETTING_OPTIONS,
    ...KEEP_OPTIONS,
    ...CHECKPOINTING_OPTIONS,
    TOKENIZER_OPTION,
    ...HUB_OPTIONS,
    ...DEVICE_OPTIONS,
    { name: "plot", help: "draw the loss: live on a terminal, once at the end elsewhere" },
    { name: "metrics", value: "FILE", help: "add a JSON object a step to this file" },
    { name: "out", value: "DIR", help: "folder to save to; default runs/train-N, or the one that is resumed" },
    LAYOUT_OPTION,
    { name: "resume", value: "DIR", help: "go on with a saved run, with its settings except those given" },
    { name: "other-data", help: "with --resume: go on with other text, or another tokenizer, than the run had" },
    {
      name: "other-model",
      help: "with --resume: go on although the model has other values than when the run was saved",
    },
  ],
  run: (options, io) => {
    const given = givenSettings(options);
    checkSourceOptions(options);
    checkLoraOptions(options);
    if (options.has("model") && ["config", "preset", "init"].some((other) => options.has(other)))
      throw new UsageError(WITH_MODEL);
    if (options.has("resume") && (options.has("config") || options.has("preset") || options.has("init"))) {
      throw new UsageError(
        "train: --config, --preset and --init must not be given with --resume; the resumed run has its model.",
      );
    }
    for (const other of ["other-data", "other-model"]) {
      if (options.flag(other) && !options.has("resume"))
        throw new UsageError(`train: --${other} must be given with --resume; there is no run to resume.`);
    }
    return withDevice(options, io, (device, another) => trainOn(device, another, given, options, io));
  },
};

async function trainOn(
  device: Device,
  another: () => Promise<Device>,
  given: Partial<TrainSettings>,
  options: Options,
  io: Io,
): Promise<JsonObject> {
  const resumed = options.text("resume");
  const place = resumed ?? options.text("model");
  const read = place === undefined ? undefined : await openReader(place, options, io);
  const out = options.text("out") ?? (resumed !== undefined && !isRepository(resumed) ? resumed : freeFolder());
  const tokenizer = await openTokenizer(options, io, place);
  const others = await tokenizerFilesOf(options, io, place);
  const runFile = read && resumed !== undefined ? await readRunFile(resumed, read) : undefined;
  if (runFile) requireSameTokenizer(runFile, others, options);
  const trained = await openTrained(read, runFile, tokenizer, device, options, io);
  const { model } = trained;
  const stop = new AbortController();
  const saved = runFile && savedSettings(runFile);
  const chosen = withSaved(given, saved);
  const memory = options.positive("memory");
  const template = await readChatTemplate((name) => Promise.resolve(others.get(name)));
  const settings = trainSettings(chosen);
  model.gradientCheckpointing = checkpoints(trained, settings.carryState, options);
  const keep = keepOptions(options, runFile);
  if (resumed === undefined || !isWithin(resumed, out))
    await requireNoOtherSaves(out, trained.isAdapter ? place : undefined);
  using data = openSource(options, tokenizerFor(model.config, tokenizer), template, settings);
  using run = train(model, {
    ...chosen,
    ...(data.steps !== undefined && { steps: data.steps }),
    ...data.data,
    signal: stop.signal,
    onPlan: saidWhenLarger(io),
    onCompile: ({ done, total }) => void (done === 0 && io.note(`compiling ${total} kernels for the first step`)),
    ...(memory !== undefined && { memoryLimit: Math.round(memory * 2 ** 30) }),
    notes: { [TOKENIZER]: tokenizerMark(others), ...trained.notes, ...keepNote(keep) },
    ...(device.kind === "webgpu" && { newDevice: another }),
  });
  if (runFile)
    run.restore(runFile, {
      otherSettings: true,
      otherData: options.flag("other-data"),
      otherModel: options.flag("other-model"),
    }); // those on the command line are meant
  if (saved) for (const change of differences(run.settings, saved)) io.note(`train: ${change} in the saved run`);
  const averages = settings.ema === undefined ? 0 : 1; // a model more, and as many numbers in the run's file
  const bytes = (1 + averages) * (await trained.requireSavable(io)) + (MOMENT_BYTES + 4 * averages) * trained.size;
  await requireRoom("train", out, mostSaves(keep) * bytes);
  using _lock = lockRun(out, io);
  const refused = stepsRefused(run, keep.best);
  if (resumed !== undefined && !refused) await leaveLaterBest(out, run); // one that makes no step leaves none behind it
  const saves = saver(trained, run, out, others, keep);
  if (resumed !== undefined && resolve(resumed) === resolve(out))
    await saves.complete(savedKeep(runFile), saved?.ema !== undefined); // of an ended run too
  if (refused) throw refused;

  io.note(
    `${trained.size.toLocaleString("en")} parameters, ${data.size}, ${run.step === 0 ? "" : `from step ${run.step} `}to step ${run.settings.steps}`,
  );
  const began = performance.now();
  const last = await runUntilStopped(run, stop, saves, options, io);
  const seconds = (performance.now() - began) / 1000;
  if (run.finished && run.step < run.settings.steps)
    io.note(
      `train: ended early: ${run.best!.since} validations in a row were not better than that of step ${run.best!.step}`,
    );
  io.note(
    stop.signal.aborted ? `stopped at step ${run.step} and saved; go on with --resume ${out}` : `saved to ${out}`,
  );

  const sample = await run.withAverages(() => writeSample(model, tokenizer, run.settings.seed, data.start));
  const { validationPerplexity } = unsure(last);
  const measured =
    validationPerplexity === undefined
      ? "none"
      : `${last.validationLoss!.toFixed(4)} nats/token, perplexity ${validationPerplexity.toFixed(3)}`;
  io.print(
    `loss ${last.loss.toFixed(4)}, validation ${measured}, ${Math.round(last.tokensPerSecond)} tokens/s, ${seconds.toFixed(1)} s`,
  );
  io.print(`sample:\n${sample}`);
  return {
    device: model.device.description,
    parameters: trained.size,
    checkpointing: model.gradientCheckpointing,
    steps: run.step,
    trainLoss: last.loss,
    validationLoss: last.validationLoss ?? null,
    ...unsure(last),
    tokensPerSecond: last.tokensPerSecond,
    seconds,
    checkpoint: out,
    sample,
  };
}

/** What is wrong with a run that would end at once, or that cannot say which of its saves is the best. */
function stepsRefused(run: TrainingRun, keepsBest: boolean): ConfigError | undefined {
  const { step, best, settings } = run;
  if (step >= settings.steps)
    return new ConfigError(
      `train: the run must have steps left; it is at ${step} of ${settings.steps}. Give more --steps.`,
      { field: "steps", got: step },
    );
  if (run.finished)
    return new ConfigError(
      `train: the run must have patience left; it ended at step ${step}, ${best!.since} validations after its best one. Give another --patience, 0 to go on to the last step.`,
      { field: "patience", got: settings.patience },
    );
  if (keepsBest && !run.isMeasured)
    return new ConfigError(
      "train: --keep-best must be used with held-out data, by which a run is measured; there are none.",
      { field: "keep-best" },
    );
  return undefined;
}

function openTrained(
  read: FileReader | undefined,
  runFile: Uint8Array | undefined,
  tokenizer: Tokenizer | undefined,
  device: Device,
  options: Options,
  io: Io,
): Promise<TrainedModel> {
  if (read === undefined) return freshModel(tokenizer, device, options, io);
  if (runFile && baseOfRun(runFile) !== undefined) return savedAdapter(read, runFile, device, options, io);
  if (runFile && options.has("model")) throw new UsageError(WITH_MODEL);
  return options.has("lora") ? newAdapter(read, device, options, io) : savedModel(read, device, options, io);
}

async function tokenizerFilesOf(
  options: Options,
  io: Io,
  resumed: string | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const place = options.text("tokenizer") ?? resumed;
  return place === undefined ? new Map() : tokenizerFiles(await openReader(place, options, io));
}

async function writeSample(
  model: Mamba2LM,
  tokenizer: Tokenizer | undefined,
  seed: number,
  start: ArrayLike<number>,
): Promise<string> {
  let sample = "";
  // a tokenizer that drops white space: begin as the text begins
  const prompt =
    tokenizer && tokenizer.encode("\n", { specialTokens: false }).length === 0 ? tokenizer.decode(start) : "\n";
  const options = {
    maxTokens: SAMPLE_TOKENS,
    temperature: 0.8,
    seed,
    specialTokens: false,
    ...(tokenizer && { tokenizer }),
  }; // as the text it was trained on
  for await (const piece of model.generate(prompt, options)) sample += piece;
  return sample;
}

function freeFolder(): string {
  for (let n = 1; ; n++) if (!existsSync(join("runs", `train-${n}`))) return join("runs", `train-${n}`);
}

/** Notes a plan, and later ones that take more. */
function saidWhenLarger(io: Io): (plan: MemoryPlan) => void {
  let most = 0;
  return (plan) => {
    if (plan.total > most) io.note(showPlan(plan));
    most = Math.max(most, plan.total);
  };
}
