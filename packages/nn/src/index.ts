// The public surface of @x/nn. Importing it makes layers of integers known to every builder of the page; "@x/nn/core" does not.
import { registerIntegerLayers } from "./layers/integer-layers.ts";
export * from "./core.ts";

registerIntegerLayers();
