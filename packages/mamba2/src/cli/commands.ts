// Every command of the command line.
import "../model/all-parts.ts"; // a command takes models of every kind
import { chatCommand } from "./chat.ts";
import type { Command } from "./command.ts";
import { convertCommand } from "./convert.ts";
import { downloadCommand } from "./download.ts";
import { generateCommand } from "./generate.ts";
import { infoCommand } from "./info.ts";
import { initCommand } from "./init.ts";
import { logitsCommand } from "./logits.ts";
import { lossCommand } from "./loss.ts";
import { serveCommand } from "./serve.ts";
import { trainCommand } from "./train.ts";

export const COMMANDS: readonly Command[] = [
  trainCommand,
  generateCommand,
  chatCommand,
  serveCommand,
  logitsCommand,
  lossCommand,
  convertCommand,
  downloadCommand,
  infoCommand,
  initCommand,
];
