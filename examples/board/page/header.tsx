import { Face } from "./face.tsx";
import { Status } from "./status.tsx";
import { useDraft } from "./use_draft.ts";
import { usePeople } from "./use_people.ts";

interface HeaderProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
}

/** How the connection is doing, who is here, and who you are. */
export function Header({ name, onRename }: HeaderProps) {
  const others = usePeople();
  const draft = useDraft(name, onRename);
  return (
    <header>
      <Status />
      <ul className="people" aria-label="Also here">
        {others.map(({ id, name, readonly }) => (
          <li key={id} title={readonly ? `${name} can only look` : name}>
            <Face name={name} />
            <bdi className="unseen">{name}</bdi>
          </li>
        ))}
      </ul>
      <label className="you">
        <Face name={name} />
        <span className="unseen">Your name</span>
        <input {...draft} maxLength={40} autoComplete="nickname" dir="auto" />
      </label>
    </header>
  );
}
