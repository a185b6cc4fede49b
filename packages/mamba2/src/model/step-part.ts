// Steps of one token, made known to all models of the page: a part of its own, since whatever generates needs it.
import { projectedStep } from "@x/nn/core";
import { registerParts } from "./model-parts.ts";

registerParts({ step: { run: projectedStep } });
