// Folders of the repository.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");

/** This app. */
export const app: string = resolve(root, "apps/docs");
