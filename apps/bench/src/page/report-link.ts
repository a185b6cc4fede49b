// Reports in a link: gzip and base64 in the fragment, which no server ever sees. Raw samples are left out to keep it short.
import { parseReport, type Report } from "../core/report.ts";

const key = "report=";

/** Size limits of a link's fragment and of the report in it: a report takes about 100 kB, but a few kB can inflate to gigabytes. */
const mostCharacters = 2 ** 20;
const mostBytes = 2 ** 23;

/** The fragment of a link that carries a report. */
export async function toFragment(report: Report): Promise<string> {
  const rows = report.rows.map(({ samplesNs: _samples, ...row }) => row);
  const { tuning: _tuning, duels, ...rest } = report;
  const slim = {
    ...rest,
    rows,
    ...(duels && {
      duels: duels.map(({ id, peers }) => ({
        id,
        peers: Object.fromEntries(
          Object.entries(peers).map(([name, cell]) => [
            name,
            cell.status === "measured" ? { ...cell, samplesNs: [], oursSamplesNs: [] } : cell,
          ]),
        ),
      })),
    }),
  };
  const bytes = await through(new TextEncoder().encode(JSON.stringify(slim)), new CompressionStream("gzip"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `#${key}${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The report in a fragment; undefined when it has none. @throws Error when it is damaged */
export async function fromFragment(hash: string): Promise<Report | undefined> {
  if (!hash.startsWith(`#${key}`)) return undefined;
  const text = hash.slice(key.length + 1);
  if (text.length > mostCharacters)
    throw new Error(`report in the link: must have at most ${mostCharacters} characters; got ${text.length}.`);
  if (!/^[A-Za-z0-9_-]*$/.test(text))
    throw new Error(
      "report in the link: must be base64 of letters, digits, - and _; got other characters. The link is damaged.",
    );
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
  return parseReport(new TextDecoder().decode(await inflated(bytes)));
}

/** The bytes of a gzip file, of which no more are ever made than a report can have. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Error("report in the link: must be gzip; it is not, or the link is cut off.", { cause });
    });
    if (done) break;
    size += value.length;
    if (size > mostBytes) {
      await reader.cancel();
      throw new Error(`report in the link: must be at most ${mostBytes} bytes when it is unpacked; it is more.`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
