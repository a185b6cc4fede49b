// Reports in a link: gzip and base64 in the fragment, which no server ever sees. Raw samples are left out to keep it short.
import { parseReport, type Report } from "../core/report.ts";

const key = "report=";

/** The fragment of a link that carries a report. */
export async function toFragment(report: Report): Promise<string> {
  const rows = report.rows.map(({ samplesNs: _samples, ...row }) => row);
  const { tuning: _tuning, duels, ...rest } = report;
  const slim = { ...rest, rows, ...(duels && { duels: duels.map(({ id, peers }) => ({ id, peers: Object.fromEntries(Object.entries(peers).map(([name, cell]) => [name, cell.status === "measured" ? { ...cell, samplesNs: [], oursSamplesNs: [] } : cell])) })) }) };
  const bytes = await through(new TextEncoder().encode(JSON.stringify(slim)), new CompressionStream("gzip"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `#${key}${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The report in a fragment; undefined when it has none. @throws Error when it is damaged */
export async function fromFragment(hash: string): Promise<Report | undefined> {
  if (!hash.startsWith(`#${key}`)) return undefined;
  const binary = atob(hash.slice(key.length + 1).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return parseReport(new TextDecoder().decode(await through(bytes, new DecompressionStream("gzip"))));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
