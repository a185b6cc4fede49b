// The lines of a conversation in a terminal or a pipe: what is said, and commands that begin with a slash.
import { createInterface, type Interface } from "node:readline";

/** What a line says. */
export type ChatLine = { readonly says: string } | { readonly command: string; readonly rest: string };

/** Lines to read, one at a time. */
export interface ChatInput {
  /** whether a person types them */
  readonly typed: boolean;
  /** the next line; undefined at the end */
  next(): Promise<string | undefined>;
  /** Calls `stop` for Ctrl-C until the call after; without one Ctrl-C ends the conversation. */
  onInterrupt(stop: (() => void) | undefined): void;
  close(): void;
}

/** A line that begins with a slash is a command; two slashes say one. */
export function parseLine(line: string): ChatLine {
  if (line.startsWith("//")) return { says: line.slice(1) };
  const [, command, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  return command === undefined ? { says: line } : { command, rest: rest.trim() };
}

/** The lines of stdin, with a prompt and a history of lines in a terminal. */
export function openInput(): ChatInput {
  const typed = process.stdin.isTTY && process.stdout.isTTY;
  const reader: Interface = createInterface({
    input: process.stdin,
    ...(typed && { output: process.stdout, prompt: "> " }),
    terminal: typed,
  });
  const lines = reader[Symbol.asyncIterator]();
  let stop: (() => void) | undefined;
  const interrupt = (): void => (stop ? stop() : reader.close());
  reader.on("SIGINT", interrupt);
  process.on("SIGINT", interrupt);
  return {
    typed,
    async next() {
      if (typed) reader.prompt();
      const { value, done } = await lines.next();
      return done === true ? undefined : (value as string);
    },
    onInterrupt: (given) => void (stop = given),
    close() {
      process.off("SIGINT", interrupt);
      reader.close();
    },
  };
}
