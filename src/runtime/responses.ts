/** Seconds after which a client may ask again that met a limit or a restart. */
const RETRY_AFTER = "2";

/** Answers with a status, and why. */
export function refusal(status: number, text: string): Response {
  const headers = status === 503 ? { "retry-after": RETRY_AFTER } : undefined;
  return new Response(text, { status, headers });
}

/** Something failed that is nobody's business but the server's. */
export function internalError(): Response {
  return refusal(500, "Internal Server Error");
}
