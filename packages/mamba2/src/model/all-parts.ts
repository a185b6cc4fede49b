// All parts of models, made known to all models of the page: what `import "@x/mamba2"` does beside its exports.
import { Experts, registerIntegerLayers } from "@x/nn/core";
import { attend, attentionFactors, attentionOf } from "./attention-part.ts";
import { headLoss } from "./head-loss.ts";
import { registerParts } from "./model-parts.ts";
import "./step-part.ts";

registerIntegerLayers();
registerParts({
  attention: { factorsOf: attentionFactors, make: attentionOf, run: attend },
  experts: { make: ({ dModel, experts }, builder) => new Experts(dModel, { ...experts!, builder }) },
  loss: { of: headLoss },
});
