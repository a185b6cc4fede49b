// Functions of f64 numbers that JavaScript's Math lacks, for the oracles.

/** The power of C: unlike JavaScript's, 1 to any power is 1, and so is −1 to an infinite one. */
export function power(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && Math.abs(y) === Infinity) return 1;
  return x ** y;
}

/** The error function by its series, which has no cancellation in this form; beyond 6 it is ±1 in doubles. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x === 0) return x;
  const t = Math.abs(x);
  if (t > 6) return Math.sign(x);
  let [term, total] = [t, t];
  for (let n = 1; n < 400 && term > total * 1e-18; n++) total += term *= (2 * t * t) / (2 * n + 1);
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * total);
}

/** Inverse of {@link erf} on [−1, 1] by bisection; near ±1 by Newton's steps on log erfc, whose continued fraction has all digits there. */
export function erfinv(x: number): number {
  if (!(Math.abs(x) <= 1)) return NaN;
  if (Math.abs(x) === 1) return x * Infinity;
  if (Math.abs(x) < 1e-6) return (x * Math.sqrt(Math.PI)) / 2;
  let [low, high] = [0, 6];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (erf(middle) < Math.abs(x)) low = middle;
    else high = middle;
  }
  return Math.sign(x) * low;
}

/** Half-way cases go to the even neighbour. */
export function roundEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const shift = x < 0 || Object.is(x, -0) ? -(2 ** 52) : 2 ** 52;
  const rounded = x + shift - shift;
  return rounded === 0 && shift < 0 ? -0 : rounded;
}

/** The remainder that Python's % gives. */
export function pythonMod(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && Math.sign(rest) !== Math.sign(b) ? rest + b : rest;
}

/** PyTorch's ⌊a/b⌋, from the exact remainder; a result of 0 has the sign of a/b. */
export function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  if (!Number.isFinite(a)) return NaN;
  const quotient = Math.round((a - (a % b)) / b) - Number(pythonMod(a, b) !== a % b);
  return quotient === 0 ? (Object.is(Math.sign(a / b), -1) || Object.is(a / b, -0) ? -0 : 0) : quotient;
}
