import type { CSSProperties } from "react";
import { hueOf, initialOf } from "../../shared/page/face.ts";

/** A round sign with the first letter of a name, in a colour of its own. */
export function Face({ name }: { readonly name: string }) {
  const style = { "--hue": hueOf(name) } as CSSProperties;
  return (
    <span className="avatar" style={style} aria-hidden>{initialOf(name)}</span>
  );
}
