// The attention layer of the official hybrids as an op: its parameters come as `in.p.*` under their official names, its options in the official constructor's words.
import { Attention, Builder } from "@x/nn";
import type { Args } from "./args.ts";
import type { Inputs, OpTable, Outputs } from "./inputs.ts";

function mha(x: Inputs, args: Args): Outputs {
  const u = x.get("u");
  if (args.flag("causal") !== true) throw new Error("the library's attention layer is causal; the entry's is not");
  const size = args.number("rotary_emb_dim") ?? 0;
  const theta = args.number("rotary_emb_base");
  const fields = {
    heads: args.number("num_heads"),
    keyValueHeads: args.number("num_heads_kv"),
    headDim: args.number("head_dim"),
    scale: args.number("softmax_scale"),
    bias: args.flag("qkv_proj_bias") ?? true,
    outBias: args.flag("out_proj_bias") ?? true,
    dConv: args.number("d_conv"),
    dMlp: Math.ceil((args.number("mlp_dim") ?? 0) / 256) * 256,
    rotary:
      size === 0
        ? null
        : { size, ...(theta !== undefined && { theta }), interleaved: args.flag("rotary_emb_interleaved") ?? false },
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const layer = new Attention(args.number("embed_dim") ?? u.shape.at(-1)!, {
    ...(given as typeof fields & { heads: number }),
    builder: new Builder({ device: u.device }),
  } as ConstructorParameters<typeof Attention>[1]);
  x.fillParameters(layer);
  return { y: layer.forward(u).y };
}

export const attentionOps: OpTable = { mha };
