// What a model loads when it is to chat: the steps that a reply takes too.
import "../model/step-part.ts";

export { chat } from "./chat.ts";
