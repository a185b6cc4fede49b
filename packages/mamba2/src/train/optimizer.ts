// The optimizer of a run by name: which settings belong to which, their defaults, and the optimizer and schedule that they make.
import {
  adafactor,
  adamw,
  chain,
  clipByGlobalNorm,
  clipByValue,
  emaOfWeights,
  groups,
  lion,
  muon,
  type Optimizer,
  type Schedule,
  sgd,
  type Trainable,
  warmupCosine,
  warmupLinear,
  warmupStableDecay,
} from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";

export const OPTIMIZERS = ["adamw", "sgd", "lion", "muon", "adafactor"] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];
export const SCHEDULES = ["cosine", "linear", "wsd", "constant"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** What a run's optimizer is made of. */
export interface OptimizerSettings {
  /** updates in all; default 300 */
  readonly steps: number;
  /** "adamw", "sgd", "lion", "muon" (matrices of projections; AdamW updates the rest at the same rate) or "adafactor"; default "adamw" */
  readonly optimizer: OptimizerName;
  /** highest learning rate; default of adamw and muon 4e-3, of lion 4e-4, of sgd 0.1, of adafactor 0.01 */
  readonly lr: number;
  /** after the warm-up: "cosine" or "linear" to `minLr`, "wsd" (stable, then linear to `minLr` over the last `decay` updates) or "constant"; default "cosine" */
  readonly schedule: ScheduleName;
  /** learning rate at the end, at most `lr`; not of the schedule constant; default a tenth of `lr` */
  readonly minLr?: number;
  /** updates of linear warm-up; at most `steps`, default a twentieth of them */
  readonly warmup: number;
  /** of the schedule wsd alone; default a fifth of `steps` */
  readonly decay?: number;
  /** of adamw (default 0.9, 0.95) and lion (0.9, 0.99) alone */
  readonly betas?: readonly [number, number];
  /** of adamw alone; default 1e-8 */
  readonly eps?: number;
  /** of sgd (default 0.9) and muon (0.95) alone */
  readonly momentum?: number;
  /** of adamw alone: "8bit" holds both moments of large matrices in 8 bits; default "f32" */
  readonly moments?: "f32" | "8bit";
  /** default 0.1; not applied to norms, biases, A_log, dt_bias, D */
  readonly weightDecay: number;
  /** largest global norm of the gradients; default 1 */
  readonly clip: number;
  /** largest magnitude of an element of the gradients, before their norm is limited; default none */
  readonly clipValue?: number;
  /** decay of an average of the weights over about 1/(1 − ema) updates, by which the run is measured and which its saves hold beside the weights; default none */
  readonly ema?: number;
}

/** Settings of an optimizer beside the learning rate and weight decay, with their defaults. */
type Own = Pick<OptimizerSettings, "betas" | "eps" | "momentum" | "moments">;

const DEFAULTS: Readonly<Record<OptimizerName, Own & { readonly lr: number }>> = {
  adamw: { lr: 4e-3, betas: [0.9, 0.95], eps: 1e-8, moments: "f32" },
  sgd: { lr: 0.1, momentum: 0.9 },
  lion: { lr: 4e-4, betas: [0.9, 0.99] },
  muon: { lr: 4e-3, momentum: 0.95 },
  adafactor: { lr: 0.01 },
};
const OWN = ["betas", "eps", "momentum", "moments"] as const;

/** of the highest rate, where a schedule that falls ends unless told otherwise */
const END = 0.1;

/** How what depends on optimizer and schedule is filled in. @throws ConfigError for a setting of another optimizer or schedule */
export function optimizerSettings(
  given: Partial<OptimizerSettings>,
  steps: number,
  warmup: number,
): Own & Pick<OptimizerSettings, "optimizer" | "schedule" | "lr" | "minLr" | "decay"> {
  const { optimizer = "adamw", schedule = "cosine" } = given;
  const defaults = DEFAULTS[optimizer];
  for (const name of OWN) {
    if (given[name] === undefined || name in defaults) continue;
    const takers = OPTIMIZERS.filter((one) => name in DEFAULTS[one]);
    throw new ConfigError(
      `train: ${name} must be given with optimizer ${takers.join(" or ")}; got optimizer ${optimizer}.`,
      { field: name, got: given[name] },
    );
  }
  if (given.decay !== undefined && schedule !== "wsd")
    throw new ConfigError(`train: decay must be given with schedule wsd; got schedule ${schedule}.`, {
      field: "decay",
      got: given.decay,
    });
  const decay = schedule === "wsd" ? (given.decay ?? Math.min(Math.round(steps / 5), steps - warmup)) : undefined;
  if (decay !== undefined && decay > steps - warmup)
    throw ConfigError.must("train", "decay", `be at most steps − warmup, ${steps - warmup}`, decay, steps - warmup);
  const own = Object.fromEntries(
    OWN.flatMap((name) => {
      const value = given[name] ?? defaults[name];
      return name in defaults ? [[name, Array.isArray(value) ? [...value] : value]] : [];
    }),
  );
  const { lr = defaults.lr } = given;
  const { minLr } = given;
  if (minLr !== undefined) checkEnd(minLr, lr, schedule);
  return {
    optimizer,
    schedule,
    lr,
    ...(minLr !== undefined && { minLr }),
    ...(decay !== undefined && { decay }),
    ...(own as Own),
  };
}

/** Raises about an end above `lr`, and one that a constant rate was given. */
function checkEnd(minLr: number, lr: number, schedule: ScheduleName): void {
  if (schedule === "constant")
    throw new ConfigError("train: minLr must be given with a schedule that falls; got schedule constant.", {
      field: "minLr",
      got: minLr,
    });
  if (minLr > lr) throw ConfigError.must("train", "minLr", `be at most lr, ${lr}`, minLr, lr);
}

/** The learning rate of each step: warm-up, then what the schedule says, to `minLr` where it falls. */
export function scheduleOf({ schedule, lr, minLr = lr * END, steps, warmup, decay }: OptimizerSettings): Schedule {
  const common = { peak: lr, steps, warmup, end: minLr };
  switch (schedule) {
    case "cosine":
      return warmupCosine(common);
    case "linear":
      return warmupLinear(common);
    case "wsd":
      return warmupStableDecay({ ...common, decay: decay! });
    case "constant":
      return warmupLinear({ ...common, end: lr });
  }
}

/** Matrices that Muon takes: what projections and adapters multiply by. */
const isMuons = ({ role, value }: Trainable): boolean =>
  value.shape.length === 2 && ["projection", "residual-projection", "adapter"].includes(role ?? "");

/** The optimizer of a run, with clipping before it and averages behind it. */
export function optimizerOf(settings: OptimizerSettings, parameters: readonly Trainable[]): Optimizer {
  const { clip, clipValue, ema } = settings;
  const before = [...(clipValue === undefined ? [] : [clipByValue(clipValue)]), clipByGlobalNorm(clip)];
  const optimizer = named(settings, parameters);
  return ema === undefined ? chain(...before, optimizer) : chain(...before, optimizer, emaOfWeights(ema));
}

function named(settings: OptimizerSettings, parameters: readonly Trainable[]): Optimizer {
  const { weightDecay, betas, eps, momentum, moments } = settings;
  const lr = scheduleOf(settings);
  switch (settings.optimizer) {
    case "adamw":
      return adamw({ lr, weightDecay, betas: betas!, eps: eps!, moments: moments! });
    case "sgd":
      return sgd({ lr, weightDecay, momentum: momentum! });
    case "lion":
      return lion({ lr, weightDecay, betas: betas! });
    case "adafactor":
      return adafactor({ lr, weightDecay });
    case "muon": {
      // One rate serves both: Muon's steps are brought to the size of AdamW's.
      const matrices = {
        match: isMuons,
        optimizer: muon({ lr, weightDecay, momentum: momentum!, adjustLr: "match-rms-adamw" }),
      };
      const others = { match: (one: Trainable) => !isMuons(one), optimizer: adamw({ lr, weightDecay }) };
      return groups([matrices, others].filter(({ match }) => parameters.some((one) => match(one))));
    }
  }
}
