// A model behind OpenAI's interface. Import it as "@x/mamba2/serve": it brings chat templates, which models that only continue texts do without.
export { CompletionService, type ServiceLoad } from "./service.ts";
export type { ServiceOptions } from "./options.ts";
