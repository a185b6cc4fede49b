// The compared computations as ONNX graphs, with ONNX Runtime's own operators where it has one for the whole.
import type { OnnxModel, OnnxNode } from "./onnx.ts";
import { chainLength, type DuelCase, type DuelInput, normEps, UnsupportedError } from "./peer.ts";

export type OrtProvider = "webgpu" | "wasm";

/** Operands that are weights of a model, by computation: given with the graph, so that no call copies them. */
const weightNames: Partial<Record<DuelCase["op"], readonly string[]>> = {
  matmul: ["b"],
  layer_norm: ["weight", "bias"],
  rms_norm: ["weight"],
  conv1d_silu: ["weight", "bias"],
  rows: ["x"],
  chain: ["w"],
};

/** Operands under the names and in the layout of the graph: what every call is given, and what it is built with. */
export function onnxOperands(
  duel: DuelCase,
  provider: OrtProvider,
): { readonly fed: DuelCase["inputs"]; readonly weights: NonNullable<OnnxModel["weights"]> } {
  const weights = weightNames[duel.op] ?? [];
  const operands = Object.entries(laidOut(duel, provider));
  return {
    fed: Object.fromEntries(operands.filter(([name]) => !weights.includes(name))),
    weights: Object.fromEntries(
      operands
        .filter(([name]) => weights.includes(name))
        .map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]),
    ),
  };
}

function laidOut({ op, inputs }: DuelCase, provider: OrtProvider): DuelCase["inputs"] {
  if (op === "silu_mul_add") return { x: inputs["x"]!, factor: inputs["y"]!, z: inputs["z"]! }; // y is the output here
  if (op !== "conv1d_silu") return inputs;
  const { x, weight, bias } = inputs as Record<"x" | "weight" | "bias", DuelInput>;
  const [l, c] = x.shape as [number, number];
  const laid =
    provider === "wasm"
      ? { shape: [1, c, l], data: transposed(x.data as Float32Array, l, c) }
      : { ...x, shape: [1, l, c] };
  return { x: laid, weight: { ...weight, shape: [weight.shape[0]!, 1, weight.shape[1]!] }, bias };
}

/** The output [l, c] of a graph, which may give it channels first. */
export function onnxResult({ op, inputs }: DuelCase, provider: OrtProvider, y: Float32Array): Float32Array {
  if (op !== "conv1d_silu" || provider === "webgpu") return y;
  const [l, c] = inputs["x"]!.shape as [number, number];
  return transposed(y, c, l);
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** The graph of a case. @throws UnsupportedError for what it cannot do */
export function onnxGraph(duel: DuelCase, provider: OrtProvider): OnnxModel {
  const { fed, weights } = onnxOperands(duel, provider);
  const inputs: DuelCase["inputs"] = { ...fed, ...weights };
  const values = Object.entries(fed).map(([name, { shape, data }]) => ({
    name,
    shape,
    type: data instanceof Int32Array ? ("i32" as const) : ("f32" as const),
  }));
  const shapeOf = (name: string): readonly number[] => inputs[name]!.shape;
  const graph = (
    nodes: readonly OnnxNode[],
    shape: readonly number[],
    constants?: OnnxModel["constants"],
  ): OnnxModel => ({
    nodes,
    inputs: values,
    weights,
    outputs: [{ name: "y", shape, type: "f32" }],
    ...(constants && { constants }),
  });
  switch (duel.op) {
    case "matmul":
      return graph([node("MatMul", ["a", "b"], ["y"])], [shapeOf("a")[0]!, shapeOf("b")[1]!]);
    case "softmax":
      return graph([node("Softmax", ["x"], ["y"], { axis: -1 })], shapeOf("x"));
    case "layer_norm":
      return graph([node("LayerNormalization", ["x", "weight", "bias"], ["y"], normAttributes)], shapeOf("x"));
    case "rms_norm":
      return graph([node("SimplifiedLayerNormalization", ["x", "weight"], ["y"], normAttributes)], shapeOf("x"));
    case "silu_mul_add":
      return graph([...silu("x", "silu"), mul("silu", "factor", "product"), add("product", "z", "y")], shapeOf("x"));
    case "conv1d_silu":
      // The general convolution, channels first, is four times as fast on wasm; the causal one as much faster on WebGPU.
      return graph(
        provider === "wasm"
          ? [
              node("Conv", ["x", "weight", "bias"], ["v"], {
                group: shapeOf("x")[1]!,
                pads: [shapeOf("weight")[2]! - 1, 0],
              }),
              ...silu("v", "y"),
            ]
          : [
              runtimeNode("CausalConvWithState", ["x", "weight", "bias"], ["y", "state"], {
                activation: { text: "silu" },
                channels_last: 1,
                ndim: 1,
              }),
            ],
        shapeOf("x"),
      );
    case "cumsum":
      return graph([node("CumSum", ["x", "axis"], ["y"])], shapeOf("x"), { axis: [1] });
    case "rows":
      return graph([node("Gather", ["x", "index"], ["y"], { axis: 0 })], [shapeOf("index")[0]!, shapeOf("x")[1]!]);
    case "sum":
      return graph([node("ReduceSum", ["x"], ["y"], { keepdims: 0 })], []);
    case "ssd":
      return scanGraph(shapeOf("x"), graph);
    case "state_step": {
      const nodes = [
        mul("dt", "a", "decay"),
        node("Exp", ["decay"], ["kept"]),
        mul("state", "kept", "old"),
        mul("x", "dt", "xdt"),
        mul("xdt", "b", "new"),
        add("old", "new", "next"),
        mul("next", "c", "seen"),
        node("ReduceSum", ["seen", "axes"], ["y"], { keepdims: 0 }),
      ];
      return graph(nodes, shapeOf("state").slice(0, -1), { axes: [-1] });
    }
    case "chain": {
      const name = (i: number): string => (i === 0 ? "x" : i === chainLength ? "y" : `x${i}`);
      const products = Array.from({ length: chainLength }, (_, i) => node("MatMul", [name(i), "w"], [name(i + 1)]));
      return graph(products, shapeOf("x"));
    }
    case "chain_eager":
      throw new UnsupportedError("graphs only");
    case "ssd_grad":
    case "train_mlp":
    case "train_mamba2":
      throw new UnsupportedError("inference only: training was removed from the web package");
  }
}

const normAttributes = { axis: -1, epsilon: { float: normEps } };

function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode["attributes"] = {},
): OnnxNode {
  return { op, inputs, outputs, attributes };
}

/** An operator of ONNX Runtime's own. */
const runtimeNode = (...args: Parameters<typeof node>): OnnxNode => ({ ...node(...args), domain: "com.microsoft" });
const mul = (a: string, b: string, y: string): OnnxNode => node("Mul", [a, b], [y]);
const add = (a: string, b: string, y: string): OnnxNode => node("Add", [a, b], [y]);
const silu = (x: string, y: string): OnnxNode[] => [node("Sigmoid", [x], ["s"]), mul(x, "s", y)];

/** The scan as gated linear attention: queries C, keys B, values x·dt, log-decays dt·A; one key head for all value heads. */
function scanGraph(
  [b, l, h, p]: readonly number[],
  graph: (nodes: readonly OnnxNode[], shape: readonly number[], constants: OnnxModel["constants"]) => OnnxModel,
): OnnxModel {
  const reshape = (from: string, shape: string, to: string): OnnxNode => node("Reshape", [from, shape], [to]);
  const attributes = { update_rule: { text: "gated" }, q_num_heads: 1, kv_num_heads: h!, scale: { float: 1 } };
  return graph(
    [
      reshape("dt", "per_head", "dt4"),
      mul("x", "dt4", "xdt"),
      reshape("xdt", "packed", "value"),
      mul("dt", "a", "decay"),
      reshape("b", "packed", "key"),
      reshape("c", "packed", "query"),
      runtimeNode("LinearAttention", ["query", "key", "value", "", "decay"], ["packed_y", "state"], attributes),
      reshape("packed_y", "unpacked", "y"),
    ],
    [b!, l!, h!, p!],
    { per_head: [b!, l!, h!, 1], packed: [b!, l!, -1], unpacked: [b!, l!, h!, p!] },
  );
}
