// What a model loads when it is to chat: the steps that a reply takes too.
import "../step-part.ts";

export { chat } from "./chat.ts";
