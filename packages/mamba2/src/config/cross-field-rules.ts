// How the fields of a configuration must fit together.
import type { Mamba2Config } from "./types.ts";
import { hasPart, type Part } from "./layers.ts";
import { wrong } from "./rules.ts";

/** Raises a ConfigError about fields that are right by themselves and do not fit each other. */
export function checkTogether(config: Mamba2Config): void {
  const { layers, nLayer, dIntermediate, attention, experts, dtMin, dtMax } = config;
  if (layers && layers.length !== nLayer)
    throw wrong("nLayer", `must be the number of layers, ${layers.length}`, nLayer, layers.length);
  if (dtMin > dtMax) throw wrong("dtMin", `must be at most dtMax = ${dtMax}`, dtMin);
  const needs = (part: Part, field: keyof Mamba2Config & string, given: boolean): void => {
    if (!given && hasPart(config, part))
      throw wrong(field, `must be given, since layers have a part "${part}"`, config[field]);
  };
  needs("attention", "attention", attention !== null);
  needs("experts", "experts", experts !== null);
  needs("mlp", "dIntermediate", dIntermediate > 0);
  if (hasPart(config, "mixer")) checkMixer(config);
  if (attention) checkAttention(config.dModel, attention);
  if (experts) checkExperts(experts);
}

/** expand · dModel; a fraction whose product is whole within rounding counts as that. */
export function innerWidth({ expand, dModel }: Pick<Mamba2Config, "expand" | "dModel">): number {
  const width = expand * dModel;
  const whole = Math.round(width);
  return Math.abs(width - whole) < 1e-9 * whole ? whole : width;
}

function checkMixer(config: Mamba2Config): void {
  const { dModel, expand, headDim, nGroups, dSsm, gatedNormGroups } = config;
  const dInner = innerWidth(config);
  if (!Number.isSafeInteger(dInner)) {
    throw wrong("expand", `must make expand · dModel a whole number; got ${expand} · ${dModel} = ${dInner}`);
  }
  const width = dSsm ?? dInner;
  const widthName = dSsm === null ? `expand · dModel = ${dInner}` : `dSsm = ${dSsm}`;
  if (width > dInner) throw wrong("dSsm", `must be at most expand · dModel = ${dInner}`, dSsm);
  if (width % headDim !== 0) throw wrong("headDim", `must divide ${widthName}`, headDim);
  const nHeads = width / headDim;
  if (nHeads % nGroups !== 0)
    throw wrong("nGroups", `must divide the number of heads, ${widthName} / headDim ${headDim} = ${nHeads}`, nGroups);
  if (gatedNormGroups !== null && width % gatedNormGroups !== 0)
    throw wrong("gatedNormGroups", `must divide ${widthName}`, gatedNormGroups);
}

function checkAttention(dModel: number, attention: NonNullable<Mamba2Config["attention"]>): void {
  const { heads, keyValueHeads, headDim, rotary, dMlp } = attention;
  if (headDim === null && dModel % heads !== 0)
    throw wrong("attention.heads", `must divide dModel = ${dModel} where headDim is null`, heads);
  if (keyValueHeads !== null && heads % keyValueHeads !== 0)
    throw wrong("attention.keyValueHeads", `must divide heads = ${heads}`, keyValueHeads);
  const width = headDim ?? dModel / heads;
  if (rotary && (rotary.size > width || rotary.size % 2 !== 0))
    throw wrong("attention.rotary.size", `must be even and at most the width of a head, ${width}`, rotary.size);
  if (dMlp % 2 !== 0) throw wrong("attention.dMlp", "must be even: half of it is the gate", dMlp);
}

function checkExperts(experts: NonNullable<Mamba2Config["experts"]>): void {
  const { count, perToken, groups, topGroups, routing } = experts;
  if (count % groups !== 0) throw wrong("experts.groups", `must divide count = ${count}`, groups);
  if (topGroups > groups) throw wrong("experts.topGroups", `must be at most groups = ${groups}`, topGroups);
  const among = (count / groups) * topGroups;
  if (perToken > among)
    throw wrong("experts.perToken", `must be at most the experts that are chosen among, ${among}`, perToken);
  if (groups > 1 && routing === "softmax") throw wrong("experts.groups", 'must be 1 with "softmax" routing', groups);
}
