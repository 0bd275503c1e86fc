import type { Environment } from "../shared/environment.ts";

/** Who somebody is, and until when that is believed: what the cookie says, signed. */
export interface Session {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const COOKIE = "session";

/** The header `Set-Cookie` that begins a session, or with `undefined` ends it. */
export async function sessionCookie(
  session: Session | undefined,
  request: Request,
  env: Environment,
): Promise<string> {
  const value = session === undefined ? "" : await seal(session, env);
  const seconds = session === undefined
    ? 0
    : Math.ceil((session.expires - Date.now()) / 1000);
  // Without https a browser keeps no such cookie, and on this machine there is none.
  const { hostname } = new URL(request.url);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  const secure = isLocal ? "" : "; Secure";
  // No script can read it, and no form of another site makes it travel.
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

/** Who sends this request; `undefined` for nobody, and for a cookie that is forged, damaged or too old. */
export async function sessionOf(
  request: Request,
  env: Environment,
): Promise<Session | undefined> {
  const cookie = (request.headers.get("cookie") ?? "").split("; ")
    .find((each) => each.startsWith(`${COOKIE}=`));
  const key = await keyOf(env);
  try {
    const [body, signature] = cookie!.slice(COOKIE.length + 1).split(".");
    const isOurs = await crypto.subtle.verify(
      "HMAC",
      key,
      bytesOf(signature),
      new TextEncoder().encode(body),
    );
    if (!isOurs) return undefined;
    const session = JSON.parse(new TextDecoder().decode(bytesOf(body)));
    return session.expires > Date.now() ? session : undefined;
  } catch {
    return undefined;
  }
}

/** A text that says who it is, and that nobody can make without the secret. */
async function seal(session: Session, env: Environment): Promise<string> {
  const body = textOf(new TextEncoder().encode(JSON.stringify(session)));
  const data = new TextEncoder().encode(body);
  const key = await keyOf(env);
  const signature = await crypto.subtle.sign("HMAC", key, data);
  return `${body}.${textOf(new Uint8Array(signature))}`;
}

function keyOf({ SESSION_SECRET }: Environment): Promise<CryptoKey> {
  if (!SESSION_SECRET) {
    throw new Error(
      "SESSION_SECRET is missing: start it by npm start, which makes one, or give it a long random text",
    );
  }
  const secret = new TextEncoder().encode(SESSION_SECRET);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const uses: KeyUsage[] = ["sign", "verify"];
  return crypto.subtle.importKey("raw", secret, algorithm, false, uses);
}

/** Base64 that may stand in a cookie. */
function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-")
    .replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
