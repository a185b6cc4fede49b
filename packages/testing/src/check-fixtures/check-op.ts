// An entry with an op: its outputs, and its gradients by vjp with the upstream gradients of the file.
import { type Tensor, tidy, vjp } from "@x/tensor";
import { Args } from "./args.ts";
import type { EntryCheck } from "./entry-check.ts";
import { Inputs, type Op } from "./inputs.ts";

/** Runs an op forward and backward and compares every `out.*` and `grad.*`. */
export async function checkOp(check: EntryCheck, op: Op): Promise<void> {
  const args = new Args(check.entry.args);
  const tensors = new Map(check.after("in.").map((name) => [name, check.input(`in.${name}`)]));
  const seeds = new Map(check.after("gout.").map((name) => [name, check.input(`gout.${name}`)]));
  const x = new Inputs(tensors);
  try {
    const wanted = check.after("out.");
    const outputs = tidy(() => op(x, args));
    for (const name of wanted) await check.compare(`out.${name}`, outputs[name]);
    disposeAll(Object.values(outputs));
    await checkGradients(check, () => op(x, args), x, seeds);
  } finally {
    disposeAll([...tensors.values(), ...seeds.values()]);
  }
}

async function checkGradients(
  check: EntryCheck,
  run: () => ReturnType<Op>,
  x: Inputs,
  seeds: ReadonlyMap<string, Tensor>,
): Promise<void> {
  const names = check.after("grad.");
  if (names.length === 0) return;
  if (seeds.size === 0) throw new Error("the file must hold an upstream gradient gout.* for its grad.*; it holds none");
  const seeded = (): Tensor[] => {
    const outputs = run();
    return [...seeds.keys()].map((name) => {
      const output = outputs[name];
      if (!output) throw new Error(`the library's op has no output ${name}, which gout.${name} is the gradient of`);
      return output;
    });
  };
  const { value, grads } = vjp(
    seeded,
    names.map((name) => x.get(name)),
    [...seeds.values()],
  );
  for (const [i, name] of names.entries()) await check.compare(`grad.${name}`, grads[i]);
  disposeAll([...value, ...grads]);
}

/** Frees results; one tensor may be several results. */
function disposeAll(tensors: readonly (Tensor | undefined)[]): void {
  for (const tensor of new Set(tensors)) if (tensor && !tensor.disposed) tensor.dispose();
}
