// One update of one parameter by each optimizer as plain loops over doubles, from the papers and PyTorch's documentation: what the optimizers here are compared with.

/** A parameter and what its optimizer keeps. */
export interface Followed {
  readonly param: number[];
  readonly kept: Record<string, number[]>;
}

/** The rest of an update. */
export interface Given {
  readonly grad: readonly number[];
  readonly shape: readonly number[];
  /** updates made before */
  readonly step: number;
  readonly decay: boolean;
}

/** Writes parameter and kept values. */
export type Oracle = (state: Followed, given: Given) => void;

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

export const lionOracle =
  (lr: number, beta1: number, beta2: number, lambda: number): Oracle =>
  ({ param, kept }, { grad, decay }) => {
    const m = (kept["m"] ??= zeros(param.length));
    grad.forEach((g, i) => {
      const direction = Math.sign(beta1 * m[i]! + (1 - beta1) * g);
      param[i] = param[i]! * (decay ? 1 - lr * lambda : 1) - lr * direction;
      m[i] = beta2 * m[i]! + (1 - beta2) * g;
    });
  };

type Matrix = readonly (readonly number[])[];
const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((total, x, k) => total + x * b[k]![j]!, 0)));
const flipped = (a: Matrix): number[][] => a[0]!.map((_, j) => a.map((row) => row[j]!));
const combined = (s: number, a: Matrix, t: number, b: Matrix): number[][] =>
  a.map((row, i) => row.map((x, j) => s * x + t * b[i]![j]!));

export const muonOracle =
  ({ lr = 1e-3, momentum = 0.95, nesterov = true, weightDecay = 0.1, steps = 5, matchRms = false }): Oracle =>
  ({ param, kept }, { grad, shape, decay }) => {
    const [rows, columns] = shape as [number, number];
    const m = (kept["m"] ??= zeros(param.length));
    grad.forEach((g, i) => (m[i] = momentum * m[i]! + (1 - momentum) * g));
    const ahead = m.map((value, i) => (nesterov ? momentum * value + (1 - momentum) * grad[i]! : value));
    const length = Math.max(1e-7, Math.hypot(...ahead));
    let x: number[][] = Array.from({ length: rows }, (_, i) =>
      ahead.slice(i * columns, (i + 1) * columns).map((value) => value / length),
    );
    // Always on the side of the rows: the polynomial is the same on both.
    for (let i = 0; i < steps; i++) {
      const gram = product(x, flipped(x));
      x = combined(3.4445, x, 1, product(combined(-4.775, gram, 2.0315, product(gram, gram)), x));
    }
    const factor = matchRms ? 0.2 * Math.sqrt(Math.max(rows, columns)) : Math.sqrt(Math.max(1, rows / columns));
    x.flat().forEach((value, i) => {
      param[i] = param[i]! * (decay ? 1 - lr * weightDecay : 1) - lr * factor * value;
    });
  };

export const adafactorOracle =
  ({
    lr = 0.01,
    beta2Decay = -0.8,
    eps = [2 ** -23, 1e-3] as readonly number[],
    clipThreshold = 1,
    weightDecay = 0,
  }): Oracle =>
  ({ param, kept }, { grad, shape, step, decay }) => {
    const weight = (step + 1) ** beta2Decay;
    const toward = (name: string, now: readonly number[]): number[] => {
      const before = kept[name] ?? zeros(now.length);
      return (kept[name] = before.map((value, i) => (1 - weight) * value + weight * now[i]!));
    };
    const rms = (of: readonly number[]): number => Math.hypot(...of) / Math.sqrt(of.length);
    let variance: number[];
    if (shape.length < 2)
      variance = toward(
        "v",
        grad.map((g) => g * g),
      );
    else {
      const [rows, columns] = shape.slice(-2) as [number, number];
      const count = param.length / (rows * columns);
      const rowMeans = zeros(count * rows);
      const columnMeans = zeros(count * columns);
      grad.forEach((g, i) => {
        const matrix = Math.floor(i / (rows * columns));
        rowMeans[Math.floor(i / columns)]! += (g * g) / columns;
        columnMeans[matrix * columns + (i % columns)]! += (g * g) / rows;
      });
      const [r, c] = [toward("r", rowMeans), toward("c", columnMeans)];
      variance = grad.map((_, i) => {
        const matrix = Math.floor(i / (rows * columns));
        const mean = r.slice(matrix * rows, (matrix + 1) * rows).reduce((a, b) => a + b) / rows;
        return (r[Math.floor(i / columns)]! * c[matrix * columns + (i % columns)]!) / Math.max(mean, eps[0]!);
      });
    }
    const update = variance.map((v, i) => grad[i]! / Math.sqrt(Math.max(v, eps[0]! ** 2)));
    const alpha = Math.max(eps[1]!, rms(param)) * Math.min(lr, 1 / Math.sqrt(step + 1));
    const factor = alpha / Math.max(1, rms(update) / clipThreshold);
    update.forEach((u, i) => {
      param[i] = param[i]! * (decay ? 1 - lr * weightDecay : 1) - factor * u;
    });
  };
