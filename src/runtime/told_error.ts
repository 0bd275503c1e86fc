/** An error as it travels from one process to another. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: ToldError | undefined;
}

/** What may be told of something that was thrown; no stack. */
export function toldOf(thrown: unknown): ToldError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: String(thrown) };
  }
  const { name, message, code, cause } = thrown as Error & { code?: unknown };
  return {
    name,
    message,
    code: typeof code === "string" ? code : undefined,
    cause: cause instanceof Error
      ? { ...toldOf(cause), cause: undefined }
      : undefined,
  };
}

/** The error of which `told` was made. */
export function errorOf({ name, message, code, cause }: ToldError): Error {
  const options = cause === undefined ? undefined : { cause: errorOf(cause) };
  const error = new Error(message, options);
  return Object.assign(error, code === undefined ? { name } : { name, code });
}
