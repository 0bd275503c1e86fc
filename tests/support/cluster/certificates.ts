// Certificates that nobody else trusts, made by openssl in a temporary folder.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PipeTls } from "../../../cluster/net_types.ts";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
/** Extensions make a certificate one of version 3: Deno takes no other. */
const EXTENSIONS = "subjectAltName=DNS:node\nbasicConstraints=CA:FALSE\n";

/** What signs the certificates of nodes. */
export class Authority {
  #folder: string = mkdtempSync(join(tmpdir(), "roam-certificates-"));

  constructor() {
    this.#run([
      ...["req", "-new", "-x509", "-days", "2", "-nodes", ...KEY],
      ...["-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt"],
    ]);
    writeFileSync(join(this.#folder, "extensions"), EXTENSIONS);
  }

  get ca(): string {
    return this.#read("ca.crt");
  }

  /** A new key, and a certificate for it. */
  sign(): PipeTls {
    this.#run([
      ...["req", "-new", "-nodes", ...KEY, "-subj", "/CN=node"],
      ...["-keyout", "node.key", "-out", "node.csr"],
    ]);
    this.#run([
      ...["x509", "-req", "-in", "node.csr", "-days", "2"],
      ...["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-extfile", "extensions", "-out", "node.crt"],
    ]);
    const [key, cert] = [this.#read("node.key"), this.#read("node.crt")];
    return { key, cert, ca: this.ca };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #run(args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.#folder, stdio: "ignore" });
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), "utf8");
  }
}
