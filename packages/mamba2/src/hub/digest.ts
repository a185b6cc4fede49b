// Checksums as the hub states them: SHA-256 of what lies in large storage, git's SHA-1 of everything else.
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { HubFile } from "./ranges.ts";

/** A checksum of bytes that come in their order. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** hexadecimal, of all bytes; afterwards no more can be added */
  hex(): string;
}

interface Crypto {
  createHash(name: "sha256" | "sha1"): { update(bytes: Uint8Array): void; digest(encoding: "hex"): string };
}

/** The checksum that a file must have to be the file that its listing names: {@link HubFile.etag}. */
export function digestOf({ etag, sizeBytes }: HubFile): Digest {
  const large = etag.length === 64;
  const digest = large ? hash("sha256") : hash("sha1");
  if (!large) digest.update(new TextEncoder().encode(`blob ${sizeBytes}\0`)); // git's header of an object
  return digest;
}

/** Node and Deno have machine code for it, ten times as fast; a page's own is not for parts. */
function hash(name: "sha256" | "sha1"): Digest {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  const native = process?.getBuiltinModule?.("node:crypto") as Crypto | undefined;
  if (native) {
    const made = native.createHash(name);
    return { update: (bytes) => made.update(bytes), hex: () => made.digest("hex") };
  }
  const made = name === "sha256" ? sha256.create() : sha1.create();
  return { update: (bytes) => void made.update(bytes), hex: () => bytesToHex(made.digest()) };
}
