import type { CSSProperties, FocusEvent, ReactNode } from "react";
import { hueOf } from "../../shared/page/face.ts";
import { Face } from "./face.tsx";
import type { FieldSurroundings } from "./use_field.ts";

interface FieldProps {
  readonly field: FieldSurroundings;
  readonly label: string;
  /** What is in it has labels of its own, like a list of checkboxes. */
  readonly isGroup?: boolean;
  readonly children: ReactNode;
}

/** What is around each field: its label, who else is in it, and why a change was not accepted. */
export function Field({ field, label, isGroup, children }: FieldProps) {
  const { name, others, problem, enter, leave } = field;
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) leave();
  };
  const className = `field ${name}` + (others.length > 0 ? " visited" : "") +
    (problem === undefined ? "" : " refused");

  return (
    <div
      className={className}
      style={others.length > 0 ? hueStyle(others[0].name) : undefined}
      role={isGroup ? "group" : undefined}
      aria-labelledby={isGroup ? `${name}-label` : undefined}
      onFocus={enter}
      onBlur={onBlur}
    >
      <div className="above">
        {isGroup
          ? <span className="label" id={`${name}-label`}>{label}</span>
          : <label className="label" htmlFor={name}>{label}</label>}
        {others.map(({ id, name }) => (
          <span key={id} className="visitor">
            <Face name={name} />
            <bdi>{name}</bdi>
            <span className="unseen">is in this field</span>
          </span>
        ))}
      </div>
      {children}
      <p className="problem" id={`${name}-problem`} role="alert">
        {problem && `Not accepted: ${problem}`}
      </p>
    </div>
  );
}

function hueStyle(name: string): CSSProperties {
  return { "--hue": hueOf(name) } as CSSProperties;
}
