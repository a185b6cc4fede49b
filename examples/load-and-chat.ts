// A model by its name, and a conversation with it. What is downloaded is kept where Python's huggingface_hub keeps it.
//
//   node --conditions=@x/source --import=tsx examples/load-and-chat.ts owner/name      (any Mamba-2 of a hub that has a chat template)
//
//   you: Who are you?
//   it: … (… tokens read, ended by …)
//   you: Say it in one word.
//   it: … (… tokens read, ended by …)
//   4 messages
import { Mamba2LM, readTokenizer } from "@x/mamba2";
import { Conversation, readChatTemplate } from "@x/mamba2/chat";
import { openRepository } from "@x/mamba2/hub";

const [name = "owner/name"] = process.argv.slice(2);
// bf16 halves the memory. Headers are read first: what cannot be loaded costs no download.
const model = await Mamba2LM.fromPretrained(name, { dtype: "bf16" });
const files = await openRepository(name);
const [tokenizer, template] = [await readTokenizer(files), await readChatTemplate(files)];
if (!template) throw new Error(`${name} has no chat template: it continues texts, see text-model.ts.`);

// The conversation keeps the state after each turn, so the second reads only what is new.
const conversation = new Conversation(model, { template, ...(tokenizer && { tokenizer }), maxTokens: 40, seed: 1 });
for (const said of ["Who are you?", "Say it in one word."]) {
  console.log(`you: ${said}`);
  const reply = conversation.say(said);
  let text = "";
  let next = await reply.next();
  for (; !next.done; next = await reply.next()) text += next.value; // process.stdout.write(next.value) shows it as it comes
  console.log(`it: ${JSON.stringify(text)} (${next.value.readTokens} tokens read, ended by ${next.value.endedBy})`);
}
console.log(`${conversation.messages.length} messages`);
