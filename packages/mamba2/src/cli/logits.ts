// mamba2 logits: the logits of every position, to compare with other implementations.
import { requireFinite } from "../train/evaluate.ts";
import type { Command } from "./command.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import { DEVICE_OPTIONS, MODEL_OPTION, openModel, WEIGHT_OPTIONS, withDevice } from "./model.ts";
import { HUB_OPTIONS } from "./model-location.ts";

export const logitsCommand: Command = {
  name: "logits",
  summary: "next-token logits of every position of a sequence",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ADAPTER_OPTION,
    { name: "ids", value: "1,2,3", required: true, help: "token ids" },
    ...WEIGHT_OPTIONS,
    ...HUB_OPTIONS,
    ...DEVICE_OPTIONS,
  ],
  run: (options, io) => {
    const ids = options.integers("ids")!;
    return withDevice(options, io, async (device) => {
      const model = await openModel(options, io, device);
      const logits = model.forward(ids);
      const values = [...(await logits.data())];
      await requireFinite("logits", "logits", values, model);
      const width = logits.shape.at(-1)!;
      for (let row = 0; row < ids.length; row++) io.print(values.slice(row * width, (row + 1) * width).join(" "));
      return { shape: logits.shape, logits: values };
    });
  },
};
