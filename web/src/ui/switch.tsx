import { blockedBy } from "./blocked.ts";

type Props = {
  id?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  /** The reason that it cannot be changed, as a sentence. */
  blocked?: string | undefined;
  "aria-labelledby"?: string;
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
};

/** On or off, by one press. */
export function Switch({ isOn, onChange, blocked, ...rest }: Props) {
  return (
    <label className="-m-2.5 grid place-items-center p-2.5 select-none">
      <input
        {...rest}
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        {...blockedBy(blocked)}
        checked={isOn}
        onChange={({ target }) => blocked === undefined && onChange(target.checked)}
        className="switch blocked:cursor-not-allowed blocked:opacity-50"
      />
    </label>
  );
}
