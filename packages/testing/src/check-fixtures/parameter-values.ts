// Numbers that belong to parameters, under the names of a file: gradients, values after training. A tensor of a file may be parts of several parameters.
import { LAYOUTS, type LayoutName, type Mamba2Config } from "@x/mamba2";
import type { HostArray, Tensor } from "@x/tensor";
import type { EntryCheck } from "./entry-check.ts";

/** Compares tensors of the file, `names` under a prefix, with what belongs to the parameters that they are. */
export async function compareParameters(
  check: EntryCheck,
  { layout, config }: { readonly layout: LayoutName; readonly config: Mamba2Config },
  prefix: string,
  names: readonly string[],
  values: ReadonlyMap<string, Tensor>,
): Promise<void> {
  const family = LAYOUTS[layout];
  const tensors = new Map(family.tensors(config).map((tensor) => [tensor.name, tensor]));
  const read = new Map<string, HostArray>();
  for (const name of names) {
    const stored = tensors.get(family.nameOf(name) ?? "");
    if (!stored) {
      check.fail(prefix + name, "the model has no such parameter");
      continue;
    }
    const whole: number[] = [];
    for (const { parameter, begin, size } of stored.ranges()) {
      const data = read.get(parameter) ?? (await values.get(parameter)!.data());
      read.set(parameter, data);
      for (let i = begin; i < begin + size; i++) whole.push(data[i]!);
    }
    await check.compareHost(prefix + name, { shape: stored.shape, values: Float32Array.from(whole) });
  }
}
