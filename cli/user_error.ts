/** Something that the user can mend: said without a stack. */
export class UserError extends Error {
  override name = "UserError";
}
