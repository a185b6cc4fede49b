// What a page pays for what it imports: a bundle of one function of @x/tensor/core holds that function's ops only.
import { describe, expect, it } from "vitest";
import { bundle } from "../src/bundle.mjs";

describe("a bundle", () => {
  it("of a function of shapes holds no op", async () => {
    const { first } = await bundle('import { showShape } from "@x/tensor/core";\nconsole.log(showShape([1]));');
    expect(first.files.filter((file) => /kernels|ops\//.test(file))).toEqual([]);
    expect(first.code.length).toBeLessThan(3000);
  });

  it("of add, without methods, holds no other row, no functions that it does not call, no products and no GPU", async () => {
    const { first } = await bundle('import { add } from "@x/tensor/core";\nconsole.log(add);');
    expect(first.files).toContain("tensor/src/ops/elementwise/arithmetic.ts");
    expect(
      first.files.filter((file) =>
        /ops\/(matmul|linear|softmax|random|quantize)|webgpu\.ts|methods|comparison|trigonometry|hyperbolic|exponentials|activations/.test(
          file,
        ),
      ),
    ).toEqual([]);
    expect(first.code.length).toBeLessThan(80_000);
  });

  it("of @x/tensor holds the methods, and so every op", async () => {
    const { first } = await bundle('import { add } from "@x/tensor";\nconsole.log(add);');
    expect(first.files).toEqual(
      expect.arrayContaining(["tensor/src/methods.ts", "tensor/src/ops/matmul.ts", "tensor/src/ops/softmax.ts"]),
    );
  });

  it("of a model holds no method, and what chats and reads hubs only once it is asked for", async () => {
    const { first, later } = await bundle('import { Mamba2LM } from "@x/mamba2";\nconsole.log(Mamba2LM);');
    expect([...first.files, ...later.files].filter((file) => /^(tensor|nn)\/.*methods/.test(file))).toEqual([]);
    expect(
      first.files.filter((file) => /^mamba2\/src\/(chat|hub|families|checkpoint\/(?!host-reads))/.test(file)),
    ).toEqual([]);
    expect(later.files).toEqual(expect.arrayContaining(["mamba2/src/chat/jinja.ts", "mamba2/src/hub/pretrained.ts"]));
  });

  it("of a plain model's forward holds no attention, experts, layers of integers, loss, step, sampling, capture or file", async () => {
    const { first, later } = await bundle('import { Mamba2LM } from "@x/mamba2/core";\nconsole.log(Mamba2LM);');
    const needless =
      /attention|experts\/|integer-layers|quantize\.ts|quantized-(linear|rows)|dequantize\/kernel|cross-entropy|projected-step|sample-tokens|capture\/|families\/|checkpoint\/(?!host-reads)|hub\/|safetensors|threads\/pool|train|optim/;
    expect(first.files.filter((file) => needless.test(file))).toEqual([]);
    expect(later.files).toEqual(
      expect.arrayContaining(["nn/src/layers/attention.ts", "mamba2/src/families/granite.ts"]),
    );
  });
});
