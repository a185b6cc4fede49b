// First and second derivatives at zeros, beside PyTorch's (2.13, f64): sums over one direction, w = 1, 2, 3 ….
import {
  arange,
  cumprod,
  flip,
  grad,
  mul,
  norm,
  prod,
  reshape,
  square,
  std,
  sum,
  tensor,
  type Tensor,
} from "@x/tensor";
import { describe, expect, it } from "vitest";

type Loss = (x: Tensor) => Tensor;

async function derivatives(f: Loss, x: readonly number[]): Promise<[number[], number[]]> {
  const at = tensor(x, { dtype: "f64" });
  const w = arange(1, x.length + 1, 1, { dtype: "f64" });
  const [first] = grad(f)(at);
  const [second] = grad((y: Tensor) => sum(mul(grad(f)(y)[0], w)))(at);
  return [Array.from(await first.data()), Array.from(await second.data())];
}

const ofCumprod: Loss = (x) => sum(cumprod(x, 0));
const reversed: Loss = (x) => sum(cumprod(flip(x), 0, { reverse: true }));
const squares: Loss = (x) => sum(square(cumprod(x, 0)));
const ofProd: Loss = (x) => prod(x);
const overTwo: Loss = (x) => prod(reshape(x, [x.size, 1, 1]), [0, 2]).sum();
const squared: Loss = (x) => square(prod(x));
const normOf =
  (ord: number): Loss =>
  (x) =>
    norm(x, 0, { ord });

const cases: [name: string, f: Loss, x: number[], first: number[], second: number[]][] = [
  ["cumprod", ofCumprod, [2, 0, 4], [1, 10, 0], [10, 11, 4]],
  ["cumprod from the end", reversed, [2, 0, 4], [1, 10, 0], [10, 11, 4]],
  ["cumprod, two zeros", ofCumprod, [0, 2, 0, 4], [3, 0, 0, 0], [32, 1, 10, 0]],
  ["cumprod, three zeros", ofCumprod, [0, 0, 0, 3], [1, 0, 0, 0], [2, 1, 0, 0]],
  ["cumprod, none", ofCumprod, [2, 3, 4], [16, 10, 6], [19, 11, 7]],
  ["cumprod, squared", squares, [2, 0, 4], [4, 0, 0], [2, 272, 0]],
  ["prod", ofProd, [2, 0, 4], [0, 8, 0], [8, 10, 4]],
  ["prod over two axes", overTwo, [2, 0, 4], [0, 8, 0], [8, 10, 4]],
  ["prod, two zeros", ofProd, [0, 2, 0, 4], [0, 0, 0, 0], [24, 0, 8, 0]],
  ["prod, three zeros", ofProd, [0, 0, 0, 3], [0, 0, 0, 0], [0, 0, 0, 0]],
  ["prod, none", ofProd, [2, 3, 4], [12, 8, 6], [17, 10, 7]],
  ["prod, squared", squared, [2, 0, 4], [0, 0, 0], [0, 256, 0]],
  [
    "norm 0.5",
    normOf(0.5),
    [3, 0, 4],
    [2.154700538379252, 0, 1.8660254037844384],
    [0.2405626121623441, NaN, -0.18042195912175807],
  ],
  ["norm 0.5 of zeros", normOf(0.5), [0, 0, 0], [0, 0, 0], [NaN, NaN, NaN]],
  [
    "norm 1.5",
    normOf(1.5),
    [3, 0, 4],
    [0.7329564758289748, 0, 0.8463452372482761],
    [-0.09257199274840341, NaN, 0.06942899456130258],
  ],
  ["norm 1.5 of zeros", normOf(1.5), [0, 0, 0], [0, 0, 0], [NaN, NaN, NaN]],
  ["norm 2", normOf(2), [3, 0, 4], [0.6, 0, 0.8], [-0.16, 0.4, 0.12]],
  ["norm 2 of zeros", normOf(2), [0, 0, 0], [0, 0, 0], [NaN, NaN, NaN]],
  [
    "norm 3",
    normOf(3),
    [3, 0, 4],
    [0.4448513517305356, 0, 0.7908468475209521],
    [-0.2607187409409733, 0, 0.19553905570572971],
  ],
  ["norm 3 of zeros", normOf(3), [0, 0, 0], [0, 0, 0], [0, 0, 0]],
  ["norm -1", normOf(-1), [3, -4, 4], [0.16, -0.09, 0.09], [-0.04, -0.1275, -0.0975]],
  ["norm -1 with a zero", normOf(-1), [3, 0, 4], [0, 0, 0], [0, NaN, 0]],
  [
    "std",
    (x) => std(x, 0),
    [3, 0, 4],
    [0.16012815380508708, -0.560448538317805, 0.40032038451271773],
    [-0.25866855614667916, 0.06466713903666978, 0.19400141711000943],
  ],
];

const rounded = (x: number[]): number[] => x.map((value) => Math.round(value * 1e9) / 1e9 + 0);

describe("derivatives at zeros", () => {
  it.each(cases)("%s", async (_, f, x, first, second) => {
    const [one, two] = await derivatives(f, x);
    expect([one, two].map(rounded)).toEqual([first, second].map(rounded));
  });
});
