// A mixture of experts in plain loops over doubles, written from the formulas of the families: the oracle of the tests.
import { Builder, Experts, type ExpertsOptions } from "@x/nn";
import { type Device, hostNormal } from "@x/tensor";

export type Row = readonly number[];
const dot = (a: Row, b: Row): number => a.reduce((total, v, i) => total + v * b[i]!, 0);
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
export const rowsOf = (values: Row, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
const times = (matrix: readonly Row[], x: Row, bias?: Row): number[] =>
  matrix.map((row, i) => dot(row, x) + (bias?.[i] ?? 0));

/** up · act(gate), or act(up). */
function between(sums: Row, { activation = "silu", gated = true }: ExpertsOptions): number[] {
  const act = (v: number): number => (activation === "silu" ? v * sigmoid(v) : Math.max(v, 0) ** 2);
  if (!gated) return sums.map(act);
  const half = sums.length / 2;
  return sums.slice(0, half).map((up, i) => up * act(sums[half + i]!));
}

/** Indices of the `count` largest, the first of equal ones. */
function largest(values: Row, count: number): number[] {
  return values
    .map((_, i) => i)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, count);
}

/** The experts of one token and their weights, as the families' own code says it. */
function chosen(logits: Row, correction: Row, options: ExpertsOptions): { id: number; weight: number }[] {
  const { count, perToken, routing = "softmax", normalize = true, scale = 1, groups = 1, topGroups = 1 } = options;
  if (routing === "softmax") {
    const ids = largest(logits, perToken);
    const among = normalize ? ids.map((id) => logits[id]!) : logits;
    const total = among.reduce((all, v) => all + Math.exp(v), 0);
    return ids.map((id) => ({ id, weight: (scale * Math.exp(logits[id]!)) / total }));
  }
  const scores = logits.map(sigmoid);
  const choice = scores.map((s, i) => s + correction[i]!);
  const size = count / groups;
  const groupScores = rowsOf(choice, size).map((group) => largest(group, 2).reduce((all, i) => all + group[i]!, 0));
  const kept = new Set(groups === 1 ? [0] : largest(groupScores, topGroups));
  const ids = largest(
    choice.map((c, i) => (kept.has(Math.floor(i / size)) ? c : -Infinity)),
    perToken,
  );
  const total = normalize ? ids.reduce((all, id) => all + scores[id]!, 0) + 1e-20 : 1;
  return ids.map((id) => ({ id, weight: (scale * scores[id]!) / total }));
}

/** The whole layer, in doubles, from its parameters. */
export function layer(
  x: readonly Row[],
  d: number,
  options: ExpertsOptions,
  values: ReadonlyMap<string, Row>,
): number[] {
  const { count, latent = 0 } = options;
  const at = (name: string): Row => values.get(name)!;
  const inner = latent || d;
  const matrices = (name: string, width: number): number[][][] =>
    rowsOf(at(name), at(name).length / count).map((matrix) => rowsOf(matrix, width));
  const [up, down] = [matrices("up", inner), matrices("down", options.width)];
  return x.flatMap((row) => {
    const logits = times(rowsOf(at("router.weight"), d), row);
    const input = latent ? times(rowsOf(at("latent_in.weight"), d), row, values.get("latent_in.bias")) : row;
    let y: number[] = Array<number>(inner).fill(0);
    for (const { id, weight } of chosen(logits, values.get("router.bias") ?? [], options)) {
      const one = times(down[id]!, between(times(up[id]!, input), options));
      y = y.map((v, i) => v + weight * one[i]!);
    }
    if (latent) y = times(rowsOf(at("latent_out.weight"), latent), y, values.get("latent_out.bias"));
    if (!options.sharedWidth) return y;
    const hidden = between(times(rowsOf(at("shared.fc1.weight"), d), row, values.get("shared.fc1.bias")), options);
    const shared = times(rowsOf(at("shared.fc2.weight"), options.sharedWidth), hidden, values.get("shared.fc2.bias"));
    return y.map((v, i) => v + shared[i]!);
  });
}

const base: ExpertsOptions = { count: 6, perToken: 2, width: 10 };
const nemotron: ExpertsOptions = {
  ...base,
  routing: "sigmoid",
  activation: "relu2",
  gated: false,
};
/** Every option, and the ends of the counts. */
export const kinds: Readonly<Record<string, ExpertsOptions>> = {
  "softmax, gated": base,
  "softmax over all": { ...base, normalize: false, scale: 3 },
  "one expert": { ...base, count: 1, perToken: 1 },
  "one per token": { ...base, perToken: 1 },
  "all per token": { ...base, perToken: 6 },
  "softmax, shared": { ...base, sharedWidth: 7 },
  sigmoid: nemotron,
  "sigmoid, not normalised": { ...nemotron, normalize: false, scale: 2.5 },
  "sigmoid, groups": { ...nemotron, count: 12, perToken: 3, groups: 4, topGroups: 2, scale: 0.5 },
  "sigmoid, latent": { ...nemotron, latent: 6 },
  "sigmoid, everything": {
    ...nemotron,
    count: 12,
    perToken: 4,
    groups: 3,
    topGroups: 2,
    latent: 6,
    sharedWidth: 9,
    bias: true,
    scale: 2.5,
  },
  "sigmoid, gated silu": { ...nemotron, activation: "silu", gated: true, sharedWidth: 5, bias: true },
};

/** Width of the tokens. */
export const d = 8;

/** A module whose every parameter is drawn anew, biases too, and its values in doubles. */
export function drawn(
  options: ExpertsOptions,
  device: Device,
  dtype: "f32" | "f64" = "f32",
): { experts: Experts; values: Map<string, Row> } {
  const experts = new Experts(d, { ...options, builder: new Builder({ device, dtype }) });
  const values = new Map<string, Row>();
  for (const [i, parameter] of experts.parameters().entries()) {
    const data = hostNormal({ seed: 5, stream: i }, parameter.size).map((v) => v / 2);
    parameter.write(data);
    values.set(parameter.path, [...data]);
  }
  return { experts, values };
}

/** The largest |got − want| / (1 + |want|). */
export function distance(got: ArrayLike<number>, want: Row): number {
  if (got.length !== want.length) return Infinity;
  return want.reduce((most, v, i) => Math.max(most, Math.abs(got[i]! - v) / (1 + Math.abs(v))), 0);
}
