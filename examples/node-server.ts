// A server that streams tokens to any client of OpenAI's interface; all clients share one batch. `mamba2 serve DIR` is this with options.
//
//   node --conditions=@x/source --import=tsx examples/node-server.ts      (it asks itself once, and ends; --stay keeps it up)
//
//   200 text/event-stream; charset=utf-8
//   8 tokens, ended by length
//   stopped
import { Mamba2LM, preset } from "@x/mamba2";
import { ChatTemplate } from "@x/mamba2/chat";
import { listen } from "@x/mamba2/node";
import { CompletionService } from "@x/mamba2/serve";

const model = new Mamba2LM(preset("tiny"), { seed: 1 }); // await loadFolder("runs/start-1")
const template = new ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: ");
const service = new CompletionService(model, { name: "tiny", template, maxTokens: 200 });
// `service.fetch` takes a Request and gives a Response: Deno.serve(service.fetch) and Bun.serve({ fetch: service.fetch }) do without `listen`.
const stay = process.argv.includes("--stay");
const server = await listen(service.fetch, { port: stay ? 8000 : 0 });

const response = await fetch(`${server.url}/v1/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    model: "tiny",
    messages: [{ role: "user", content: "Hi" }],
    max_tokens: 8,
    stream: true,
    stream_options: { include_usage: true },
  }),
});
console.log(`${response.status} ${response.headers.get("content-type")}`);
let events = ""; // of a chunk each: data: {"choices": [{ "delta": { "content": … } }], …}
for await (const text of response.body!.pipeThrough(new TextDecoderStream())) events += text;
const [, tokens] = /"completion_tokens":(\d+)/.exec(events)!;
console.log(`${tokens} tokens, ended by ${/"finish_reason":"(\w+)"/.exec(events)![1]}`);

process.once("SIGTERM", stop);
if (stay) console.log(`listening at ${server.url}/v1`);
else await stop();

/** No new requests; those that run may go on for 5 s. */
async function stop(): Promise<void> {
  await Promise.all([server.close(), service.close(5)]);
  console.log("stopped");
}
