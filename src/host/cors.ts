/** `cors: true` stands for these headers; an object for its own. */
export type CorsOption = boolean | HeadersInit;

const DEFAULT_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, HEAD, OPTIONS",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Max-Age": "86400",
};

/** The headers that `option` adds to each HTTP response, or `undefined`. */
export function corsHeaders(
  option: CorsOption | undefined,
): Headers | undefined {
  if (option === undefined || option === false) return undefined;
  return new Headers(option === true ? DEFAULT_HEADERS : option);
}

/** Whether `headers` of {@linkcode corsHeaders} let pages of `origin` in. */
export function corsAllows(
  headers: Headers | undefined,
  origin: string,
): boolean {
  const allowed = headers?.get("access-control-allow-origin");
  return allowed === "*" || allowed?.toLowerCase() === origin.toLowerCase();
}

/** `response` with `headers` in the place of its own of these names, or beside them. */
export function withHeaders(
  response: Response,
  headers: Headers | undefined,
  how: "set" | "append" = "set",
): Response {
  if (headers === undefined) return response;
  const result = new Response(response.body, response);
  for (const [name, value] of headers) result.headers[how](name, value);
  return result;
}
