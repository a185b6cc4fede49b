// The numbers of a run on the command line, and how those of a resumed run are taken over.
import { OPTIMIZERS, SCHEDULES } from "../train/optimizer.ts";
import type { TrainSettings } from "../train/settings.ts";
import { type Option, type Options, UsageError } from "./command.ts";

const MOMENTS = ["f32", "8bit"] as const;

export const SETTING_OPTIONS: readonly Option[] = [
  { name: "steps", value: "N", help: "updates in all; default 300" },
  { name: "batch", value: "B", help: "sequences per update; default 8" },
  { name: "length", value: "L", help: "tokens per sequence; default 256" },
  { name: "optimizer", value: OPTIMIZERS.join("|"), help: "default adamw; muon takes matrices, adamw the rest" },
  {
    name: "lr",
    value: "X",
    help: "highest learning rate; default 0.004, of lion 0.0004, of sgd 0.1, of adafactor 0.01",
  },
  { name: "betas", value: "X,Y", help: "decays of the moments of adamw (default 0.9,0.95) and lion (0.9,0.99)" },
  { name: "eps", value: "X", help: "of adamw; default 1e-8" },
  { name: "momentum", value: "X", help: "of sgd (default 0.9) and muon (0.95)" },
  { name: "moments", value: MOMENTS.join("|"), help: "how adamw holds its moments; default f32" },
  { name: "weight-decay", value: "X", help: "default 0.1" },
  {
    name: "schedule",
    value: SCHEDULES.join("|"),
    help: "of the learning rate after the warm-up: cosine (default) or linear, stable with a decay at the end, or constant",
  },
  { name: "min-lr", value: "X", help: "learning rate at the end, where it falls; default a tenth of the highest" },
  { name: "warmup", value: "N", help: "updates of linear warm-up; default a twentieth of the steps" },
  { name: "decay", value: "N", help: "with --schedule wsd: updates of the decay; default a fifth of the steps" },
  { name: "clip", value: "X", help: "largest norm of the gradients; default 1" },
  { name: "clip-value", value: "X", help: "largest magnitude of an element of the gradients, before; default none" },
  {
    name: "ema",
    value: "X",
    help: "average the weights over about 1/(1 − X) updates, e.g. 0.999: validation and sample are by the averages, which DIR/ema holds; default none",
  },
  {
    name: "loss-scale",
    value: "X|dynamic",
    help: "factor on the loss whose gradients are taken; dynamic finds it, for products in f16; default 1",
  },
  {
    name: "validate-every",
    value: "N",
    help: "updates between validations, after each of which the run is saved; default a tenth of the steps",
  },
  {
    name: "patience",
    value: "K",
    help: "end after K validations in a row that are not better than the best; default 0: go on to the last step",
  },
  {
    name: "carry-state",
    help: "with --text: read consecutive windows, each from the state at the end of the one before",
  },
  {
    name: "memory",
    value: "GIB",
    help: "most that a step may take on the device, with all that is there; a plan of more is refused before the first step",
  },
  { name: "seed", value: "S", help: "of first values, data and sample; default 0" },
];

/** The settings that the command line names. @throws UsageError for a value out of range */
export function givenSettings(options: Options): Partial<TrainSettings> {
  const betas = options.numbers("betas", 2) as [number, number] | undefined;
  const given: { readonly [F in keyof TrainSettings]?: TrainSettings[F] | undefined } = {
    steps: options.integer("steps", 1),
    batch: options.integer("batch", 1),
    length: options.integer("length", 1),
    optimizer: options.choice("optimizer", OPTIMIZERS),
    lr: options.positive("lr"),
    betas,
    eps: options.number("eps", 0),
    momentum: options.number("momentum", 0),
    moments: options.choice("moments", MOMENTS),
    weightDecay: options.number("weight-decay", 0),
    schedule: options.choice("schedule", SCHEDULES),
    minLr: options.number("min-lr", 0),
    warmup: options.integer("warmup"),
    decay: options.integer("decay"),
    clip: options.positive("clip"),
    clipValue: options.positive("clip-value"),
    ema: options.number("ema", 0),
    lossScale: options.text("loss-scale") === "dynamic" ? "dynamic" : options.positive("loss-scale"),
    seed: options.integer("seed"),
    validateEvery: options.integer("validate-every", 1),
    patience: options.integer("patience"),
    carryState: options.flag("carry-state") || undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * The settings of a run: those given, else those of the saved run.
 *
 * @throws UsageError for an optimizer that the saved state is not of
 */
export function withSaved(given: Partial<TrainSettings>, saved: TrainSettings | undefined): Partial<TrainSettings> {
  if (!saved) return given;
  for (const name of ["optimizer", "moments"] as const)
    if (given[name] !== undefined && given[name] !== saved[name])
      throw new UsageError(
        `train: --${name} must be that of the resumed run, ${saved[name] ?? "none"}, whose state it goes on with; got ${given[name]}.`,
      );
  if (given.ema !== undefined && saved.ema === undefined)
    throw new UsageError(
      `train: --ema must be given from a run's first step on; the resumed run has no averages, got ${given.ema}.`,
    );
  const { decay, minLr, ...others } = saved;
  const schedule = given.schedule ?? saved.schedule;
  const keepsDecay = decay !== undefined && schedule === "wsd";
  const keepsEnd = minLr !== undefined && schedule !== "constant";
  return { ...others, ...(keepsDecay && { decay }), ...(keepsEnd && { minLr }), ...given };
}
