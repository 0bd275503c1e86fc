// What OWASP advises for SHA-256. Cloudflare's platform allows 100,000 at most,
// although workerd by itself does not mind: there Argon2 of a package is better.
const ITERATIONS = navigator.userAgent === "Cloudflare-Workers"
  ? 100_000
  : 600_000;

/** What is kept of a password: how it was hashed, salt and hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const hash = await derive(password, salt, ITERATIONS);
  return [ITERATIONS, hexOf(salt), hexOf(hash)].join(":");
}

/** Whether `kept` was made of this password. */
export async function isPassword(
  password: string,
  kept: string,
): Promise<boolean> {
  const [iterations, salt, hash] = kept.split(":");
  const bytes = Uint8Array.from(
    salt.match(/../g)!,
    (digits) => parseInt(digits, 16),
  );
  const found = hexOf(await derive(password, bytes, Number(iterations)));
  // As long, whatever is wrong with it.
  let difference = found.length ^ hash.length;
  for (let at = 0; at < found.length; at++) {
    difference |= found.charCodeAt(at) ^ hash.charCodeAt(at);
  }
  return difference === 0;
}

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array> {
  const secret = new TextEncoder().encode(password.normalize("NFKC"));
  const uses: KeyUsage[] = ["deriveBits"];
  const key = await crypto.subtle.importKey(
    "raw",
    secret,
    "PBKDF2",
    false,
    uses,
  );
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
